"""What a query says, read from its tree: pure functions, no engine, nothing heavy until one is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from vertebra.sql.text import literal, quote

if TYPE_CHECKING:
    from vertebra.sql.canonical import fingerprint
    from vertebra.sql.derivation import ColumnLineage, lineage
    from vertebra.sql.outputs import output_columns
    from vertebra.sql.parser import parse
    from vertebra.sql.provenance import KeyRows, KeyValues, Predicate, Trace, TraceInput, trace
    from vertebra.sql.query import Query
    from vertebra.sql.relations import dependencies, in_text_order, outside
    from vertebra.sql.volatile import Volatile, nondeterminism

__all__ = [
    "ColumnLineage",
    "KeyRows",
    "KeyValues",
    "Predicate",
    "Query",
    "Trace",
    "TraceInput",
    "Volatile",
    "dependencies",
    "fingerprint",
    "in_text_order",
    "lineage",
    "literal",
    "nondeterminism",
    "output_columns",
    "outside",
    "parse",
    "quote",
    "trace",
]

_HOMES = {
    "ColumnLineage": "derivation",
    "KeyRows": "provenance",
    "KeyValues": "provenance",
    "Predicate": "provenance",
    "Query": "query",
    "Trace": "provenance",
    "TraceInput": "provenance",
    "Volatile": "volatile",
    "dependencies": "relations",
    "fingerprint": "canonical",
    "in_text_order": "relations",
    "lineage": "derivation",
    "nondeterminism": "volatile",
    "output_columns": "outputs",
    "outside": "relations",
    "parse": "parser",
    "trace": "provenance",
}


def __getattr__(name: str) -> object:
    """Import a name's module when the name is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
