"""The tables that a source's template declares, and their columns: nothing is read for it."""

from __future__ import annotations

from vertebra.formatted.branch import columns_of, described, table_columns
from vertebra.formatted.quarantine import COLUMNS
from vertebra.project import Child, Source
from vertebra.table import Column


def tables_of(source: Source) -> dict[str, tuple[Column, ...]]:
    """Columns of each table of a source, provenance included: its own, its quarantine, those of its nested arrays."""
    return {
        source.name: columns_of(source),
        f"{source.name}_quarantine": COLUMNS,
        **{child.name: child_columns(source, child) for child in source.children},
    }


def child_columns(source: Source, child: Child) -> tuple[Column, ...]:
    """The columns of a nested array's table: its parent's key, its places, its own."""
    keys = [column for column in source.columns if column.name in source.key]
    return (
        *(described(c, f"{source.name}_{c.name}") for c in keys),
        *(Column(name, "BIGINT", description="1-based place in its array or object.") for name in child.positions),
        *table_columns(child.columns),
    )
