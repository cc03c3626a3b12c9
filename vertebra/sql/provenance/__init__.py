"""One rewriting says which input rows chosen rows of a query come from."""

from __future__ import annotations

from vertebra.sql.provenance.model import KeyRows, KeyValues, Predicate, Trace, TraceInput
from vertebra.sql.provenance.tracing import trace

__all__ = ["KeyRows", "KeyValues", "Predicate", "Trace", "TraceInput", "trace"]
