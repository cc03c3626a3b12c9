"""The formatted zone: every delivered file as typed rows of one canonical model, every record accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vertebra.formatted.formats.port import RawRecord
    from vertebra.formatted.load import format_source
    from vertebra.formatted.locate import records
    from vertebra.formatted.planning import Amount, amount, effective, identity, needed, plan, table_names
    from vertebra.formatted.tables import tables_of

__all__ = [
    "Amount",
    "RawRecord",
    "amount",
    "effective",
    "format_source",
    "identity",
    "needed",
    "plan",
    "records",
    "table_names",
    "tables_of",
]
_MODULES = {"RawRecord": "formats.port", "format_source": "load", "records": "locate", "tables_of": "tables"}


def __getattr__(name: str) -> Any:
    """A name of the zone, imported when it is asked for: looking at a file needs no catalog, planning no reader."""
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"vertebra.formatted.{_MODULES.get(name, 'planning')}"), name)
