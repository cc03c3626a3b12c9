"""Constructs that stand for several plainer blocks, written as these before anything looks at a query."""

from __future__ import annotations

from vertebra.sql.unfolding.blocks import unfolded
from vertebra.sql.unfolding.named import by_name, in_order
from vertebra.sql.unfolding.pivots import unpivoted

__all__ = ["by_name", "in_order", "unfolded", "unpivoted"]
