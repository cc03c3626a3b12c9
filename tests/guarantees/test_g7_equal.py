"""G7, equal: a refresh by keys gives the same content as a full build, to the last bit.

Drawn are the view's query (of every construct that a view may hold), what is delivered, and a sequence of changes:
files that come, that are corrected by a newer version, that go, and data files that are written anew with equal rows.
After each change the view is refreshed, and its rows are held against those that a full build writes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st

from tests.drawn_views import FLOATS, TABLES, Cell, rows
from tests.small_project import Places, SmallProject
from tests.telling_views import telling_views
from vertebra.errors import GrainError, QueryError, StepError
from vertebra.exploitation import View
from vertebra.exploitation.columns import columns_of
from vertebra.exploitation.refreshing import Refused
from vertebra.exploitation.steadiness import steadiness
from vertebra.exploitation.writing import relation_of, write
from vertebra.governance import datasets
from vertebra.table import Column, DataFile, Relation

EXAMPLES = 20_000 if os.environ.get("VERTEBRA_LONG") else 200
DEPTH, ROUNDS = (3, 3) if os.environ.get("VERTEBRA_LONG") else (2, 1)

Rows = list[tuple[Cell, ...]]


@dataclass
class Deliveries:
    """The files that stand in a table, and the Parquet files that hold their records."""

    project: SmallProject
    table: str
    example: int
    last: int = 0
    parquet: list[tuple[dict[int, Rows], DataFile]] = field(default_factory=list)
    commits: int = 0

    def come(self, found: Rows) -> None:
        """Take in a file."""
        self.last += 1
        self._hold({self.last: found})

    def go(self, at: int) -> Rows:
        """Lose a file; what stood in it."""
        files = sorted((number, place) for place, (held, _) in enumerate(self.parquet) for number in held)
        number, place = files[at % len(files)]
        held, _ = self.parquet.pop(place)
        rest = {other: found for other, found in held.items() if other != number}
        if rest:
            self._hold(rest)
        return held[number]

    def merge(self) -> None:
        """Write all Parquet files anew as one."""
        held = {number: found for one, _ in self.parquet for number, found in one.items()}
        self.parquet.clear()
        self._hold(held)

    def count(self) -> int:
        return sum(len(held) for held, _ in self.parquet)

    def publish(self) -> None:
        """Let it be the newest version of the table."""
        self.commits += 1
        ws, path = self.project.ws, f"formatted/{self.table}"
        identity = datasets.fingerprint(self.table, self.example, self.commits)
        files = [file for _, file in self.parquet]
        columns = self._columns()
        commit = ws.tables.publish(path, files, ws.engine.schema(columns), identity)
        with ws.catalog.write() as connection:
            number = datasets.publish(
                connection,
                datasets.register(connection, self.table, "formatted", path),
                identity=identity,
                definition_id=None,
                table_version=commit,
                columns=columns,
                grain=("_file", "_record"),
                rows=sum(file.rows for file in files),
                size=1,
                files=len(files),
                run_id=self.project.run,
            )
        self.project.stands(self.table, number)

    def _columns(self) -> tuple[Column, ...]:
        kinds = {"x": "DOUBLE"}
        return tuple(Column(name, kinds.get(name, "BIGINT")) for name in (*TABLES[self.table], "_file", "_record"))

    def _hold(self, held: dict[int, Rows]) -> None:
        self.commits += 1
        listed = [
            f"({', '.join([*map(self._text, TABLES[self.table], row), str(number), str(at)])})"
            for number, found in sorted(held.items())
            for at, row in enumerate(found, 1)
        ]
        names = ", ".join(f"{c.name}" for c in self._columns())
        typed = ", ".join(f"{c.name}::{c.type} as {c.name}" for c in self._columns())
        if listed:
            written = self.project.ws.engine.write(
                f"select {typed} from (values {', '.join(listed)}) t({names})",
                self.project.ws.storage.url(f"formatted/{self.table}"),
                f"part-{self.example}-{self.commits}",
            )
            self.parquet += [(held, file) for file in written]

    @staticmethod
    def _text(column: str, cell: Cell) -> str:
        return FLOATS[cell] if column == "x" else "null" if cell is None else str(cell)


@pytest.fixture(scope="module")
def places() -> Iterator[Places]:
    found = Places()
    yield found
    found.close()


def built(project: SmallProject, view: View, number: int) -> Relation:
    """The view's rows as a full build writes them, over what stands."""
    ws, versions = project.ws, {name: project.heads[name] for name in view.depends}
    read = tuple(ws.relation(versions[name], name=name) for name in view.depends)
    steady = steadiness(ws.engine, view, read, versions)
    relations = [steady.read(ws, relation, versions[relation.name]) for relation in read]
    columns = columns_of(ws.engine, view, read)
    (written, *_), _ = write(ws.engine, ws.storage, view, relations, columns, f"whole-{number}", steady)
    return replace(relation_of(ws.storage, written), name="built")


def differing(project: SmallProject, one: Relation, other: Relation) -> list[dict[str, object]]:
    """Rows that one has more often than the other, to the last bit."""
    texts = ", ".join(f"{column.name}::varchar as {column.name}" for column in one.columns)
    sides = [f"(select {texts} from {relation.name})" for relation in (one, other)]
    parts = [f"(select '{at}' as side, * from ({x} except all {y}))" for at, (x, y) in enumerate((sides, sides[::-1]))]
    found: list[dict[str, object]] = project.ws.engine.arrow(" union all ".join(parts), (one, other)).to_pylist()
    return found


def change(draw: st.DataObject, table: Deliveries, *, first: bool = False) -> None:
    width, start = len(TABLES[table.table]) - 1, 100 * (table.last + 1)
    kinds = ["come", "come", "correct", "correct", "again", "go", "merge"] if table.count() and not first else ["come"]
    kind = draw.draw(st.sampled_from(kinds), label=f"{table.table}")
    match kind:
        case "come":
            table.come(draw.draw(rows(width, start=start, least=3 if first else 1, most=4 if not first else 8)))
        case "correct":  # a version of a file, in which one record says something else
            found = table.go(draw.draw(st.integers(0, 9)))
            if found:
                at = draw.draw(st.integers(0, len(found) - 1))
                found = [*found[:at], *draw.draw(rows(width, start=start, most=1)), *found[at + 1 :]]
            table.come(found)
        case "again":
            table.come(table.go(draw.draw(st.integers(0, 9))))
        case "go":
            table.go(draw.draw(st.integers(0, 9)))
        case _:
            table.merge()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
@given(drawn=telling_views(DEPTH), draw=st.data())
def test_a_refresh_by_keys_equals_a_full_build(places: Places, drawn: tuple[str, str], draw: st.DataObject) -> None:
    sql, grain = drawn
    note(sql)
    project = places.next()
    view = project.view("refreshed", sql, grain)
    tables = {name: Deliveries(project, name, places.used) for name in view.depends}
    for table in tables.values():
        change(draw, table, first=True)
        table.publish()
    try:
        with patch("vertebra.exploitation.build.refresh", side_effect=Refused("")):
            project.build(view)
    except (GrainError, QueryError, StepError) as error:
        event(f"no view: {type(error).__name__}")
        return
    for number in range(ROUNDS):
        for name in draw.draw(st.sets(st.sampled_from(sorted(tables)), min_size=1, max_size=2), label="changed"):
            change(draw, tables[name])
            tables[name].publish()
        receipt = project.build(view)
        for text in receipt.fallbacks or ("refreshed" if receipt.notes else "nothing read changed",):
            event(text)
        note(f"{receipt.notes} {receipt.fallbacks}")
        now = project.ws.relation(project.heads["refreshed"])
        assert differing(project, now, built(project, view, 100 * places.used + number)) == []
