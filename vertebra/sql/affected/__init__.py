"""Forwards: from changed rows of the inputs to the keys of a query's rows that they can touch."""

from __future__ import annotations

from vertebra.sql.affected.affecting import affected
from vertebra.sql.affected.model import Affected

__all__ = ["Affected", "affected"]
