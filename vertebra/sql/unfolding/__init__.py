"""Constructs that stand for several plainer blocks, written as these before anything looks at a query."""

from __future__ import annotations

from vertebra.sql.unfolding.blocks import unfolded
from vertebra.sql.unfolding.pivots import unpivoted

__all__ = ["unfolded", "unpivoted"]
