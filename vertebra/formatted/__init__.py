"""The formatted zone: every delivered file as typed rows of one canonical model, every record accounted for."""

from vertebra.formatted.formats.port import RawRecord
from vertebra.formatted.load import effective, format_source, identity, plan, table_names
from vertebra.formatted.locate import records

__all__ = ["RawRecord", "effective", "format_source", "identity", "plan", "records", "table_names"]
