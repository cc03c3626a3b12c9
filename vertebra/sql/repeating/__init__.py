"""Whether some rows of a query, computed by themselves, are to the last bit what they are among all rows."""

from __future__ import annotations

from vertebra.sql.repeating.judging import repeating
from vertebra.sql.repeating.model import Repeating, Single

__all__ = ["Repeating", "Single", "repeating"]
