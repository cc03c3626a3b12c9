"""What is in a table: measured once for each of its files, put together for each of its versions, and compared."""

from vertebra.profile.compare import ColumnChange, Comparison, compare
from vertebra.profile.facts import ColumnProfile, Profile
from vertebra.profile.make import make, record, recorded

__all__ = ["ColumnChange", "ColumnProfile", "Comparison", "Profile", "compare", "make", "record", "recorded"]
