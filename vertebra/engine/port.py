"""The port of an engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from vertebra.table import Column, DataFile, Relation

if TYPE_CHECKING:
    import pyarrow as pa


class Engine(Protocol):
    """Runs queries over relations. Every adapter passes `tests/contract/engine_contract.py`.

    `tables` are small Arrow tables or streams that stand beside the relations under their names. Session settings
    that could change a result (time zone, locale, order of addition) are fixed by the adapter.
    """

    def arrow(
        self,
        sql: str,
        relations: Iterable[Relation] = (),
        tables: Mapping[str, pa.Table] | None = None,
        *,
        in_order: bool = False,
    ) -> pa.Table:
        """The result of a query; with `in_order` worked out as `write` does then."""

    def reader(
        self,
        sql: str,
        relations: Iterable[Relation] = (),
        tables: Mapping[str, pa.Table] | None = None,
        *,
        in_order: bool = False,
    ) -> pa.RecordBatchReader:
        """The result of a query as a stream, for results that do not fit into memory; `in_order` as for `arrow`."""

    def columns(
        self, sql: str, relations: Iterable[Relation] = (), tables: Mapping[str, pa.Table] | None = None
    ) -> tuple[Column, ...]:
        """Names and types of a query's result, without running it."""

    def schema(self, columns: Iterable[Column]) -> pa.Schema:
        """The Arrow schema of columns, as `write` stores them."""

    def write(
        self,
        sql: str,
        folder: str,
        prefix: str,
        relations: Iterable[Relation] = (),
        tables: Mapping[str, pa.Table] | None = None,
        *,
        columns: Sequence[Column] | None = None,
        in_order: bool = False,
        as_written: bool = False,
    ) -> tuple[DataFile, ...]:
        """Write a query's result as Parquet files `<folder>/<prefix>….parquet`; none for an empty result.

        With `columns`, its names and types, a caller that knows them saves the engine from reading the query twice.

        With `in_order` the rows are worked on one after the other, in the order of the files, so that where order
        can show (adding floats, the first of several values) the same files give the same result to the last bit.
        With `as_written` too, each join goes through its left side row by row, whatever the engine guesses of the
        sizes: where every row has at most one match, the joined rows come in the order of the leftmost relation,
        and a condition on a group takes away other groups' rows and moves none.
        """

    def interrupt(self) -> None:
        """End every query that runs now; their callers get a `StepError`."""

    def close(self) -> None:
        """Give back memory and temporary files."""
