"""G6, forwards: a row that an impact does not name is the same without the records, and one that it names is not.

Drawn are a view's query (of every construct that a view may hold), another one that reads the view, and the records of
two files. Both views are then built whole over what is left without one of the files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, event, given, note, settings
from hypothesis import strategies as st

from tests.drawing import cases
from tests.drawn_views import FLOATS, TABLES, Cell, rows, views
from tests.small_project import Places, SmallProject
from vertebra.errors import GrainError, QueryError, StepError
from vertebra.exploitation import View
from vertebra.exploitation.refreshing import Refused
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.impact.ascent import ascend
from vertebra.operations.impact.impact import named
from vertebra.operations.impact.origin import Origin
from vertebra.table import Relation

EXAMPLES = cases(3, 4_000)
DEPTH = 3 if os.environ.get("VERTEBRA_LONG") else 2
FILE = 2  # what is thought away
STRICT = "expect: [{where: k0 > 0, otherwise: quarantine}]"

Records = Mapping[int, Sequence[tuple[Cell, ...]]]


@pytest.fixture(scope="module")
def places() -> Iterator[Places]:
    found = Places()
    yield found
    found.close()


@st.composite
def deliveries(draw: st.DrawFn) -> dict[str, Records]:
    """Records of each table in three files."""
    return {
        table: {
            file: draw(rows(len(columns) - 1, start=100 * file, most=5)) or [(*[1] * (len(columns) - 1), 100 * file)]
            for file in (1, FILE, 3)
        }
        for table, columns in TABLES.items()
    }


def over_the_first(sql: str) -> str:
    """The query, with a table that it may read made of the first view."""
    table = "r as (select k0 as a, try_cast(v0 as bigint) as b, v0::double as x, k0 as n from first_view)"
    return f"with {table}, {sql[5:]}" if sql.startswith("WITH ") else f"with {table} {sql}"


def deliver(project: SmallProject, delivered: Mapping[str, Records], without: int | None = None) -> None:
    for table, files in delivered.items():
        columns = (*TABLES[table], "_file", "_record")
        listed = [
            f"({', '.join([*map(text, columns, row), str(file), str(at)])})"
            for file, records in files.items()
            for at, row in enumerate(records, 1)
            if file != without
        ]
        kinds = {"x": "double"}
        typed = ", ".join(f"{name}::{kinds.get(name, 'bigint')} as {name}" for name in columns)
        nothing = f"({', '.join('null' for _ in columns)})"
        values = f"(values {', '.join(listed or [nothing])}) t({', '.join(columns)})"
        project.table(table, f"select {typed} from {values}{'' if listed else ' where false'}", ("_file", "_record"))


def text(column: str, cell: Cell) -> str:
    return FLOATS[cell] if column == "x" else "null" if cell is None else str(cell)


def build(project: SmallProject, drawn: Sequence[View]) -> tuple[DatasetVersion, ...]:
    """The views' versions, built whole, and those of their quarantines."""
    found: list[DatasetVersion] = []
    with patch("vertebra.exploitation.build.refresh", side_effect=Refused("")):
        for view in drawn:
            found += [project.heads[name] for name in project.build(view).datasets]
    return tuple(found)


def standing(project: SmallProject, version: DatasetVersion, name: str) -> Relation:
    return project.ws.relation(version, name=name, provenance=True)


def missing(
    project: SmallProject, chosen: str, before: Relation, after: Relation, keys: Mapping[str, pa.Table] | None = None
) -> list[object]:
    """Rows of a relation, chosen by keys, that the other has not, to the last bit."""
    texts = ", ".join(f"{column.name}::varchar" for column in before.columns)
    sql = f"(select {texts} from ({chosen}) _b) except all (select {texts} from after)"
    found: list[object] = project.ws.engine.arrow(sql, (before, after), keys).to_pylist()
    return found


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],  # to explain what is found would take minutes
    print_blob=True,
)
@given(one=views(DEPTH), other=views(DEPTH), delivered=deliveries(), header=st.sampled_from(("", STRICT)))
def test_rows_that_are_not_named_are_the_same_without_the_records_and_the_others_are_not(
    places: Places, one: tuple[str, str], other: tuple[str, str], delivered: dict[str, Records], header: str
) -> None:
    project = places.next()
    note(one[0])
    note(over_the_first(other[0]))
    drawn = (
        project.view("first_view", *one, header),
        project.view("second_view", over_the_first(other[0]), other[1]),
    )
    deliver(project, delivered)
    try:
        stood = build(project, drawn)
    except (GrainError, QueryError, StepError) as error:
        event(f"no view: {type(error).__name__}")
        return
    folder = project.ws.scratch / f"impact-{places.used}"
    found = ascend(project.ws, stood, Origin(files=(FILE,)), str(folder))
    reached = {version.name: named(project.ws, found[version.id], None) for version in stood if version.id in found}
    deliver(project, delivered, without=FILE)
    try:
        left = {version.name: version for version in build(project, drawn)}
    except (GrainError, StepError) as error:
        event(f"no view without them: {type(error).__name__}")
        return
    for version in stood:
        before, after = standing(project, version, "before"), standing(project, left[version.name], "after")
        hit = reached.get(version.name)
        event(f"{version.zone}: {'same' if hit is None else hit.why or 'named'}")
        note(f"{version.name}: {hit}")
        if hit is None:
            assert missing(project, "select * from before", before, after) == []
            continue
        keys = {"keys": hit.keys}
        same = " and ".join(f"keys.{c} is not distinct from before.{c}" for c in hit.keys.column_names)
        others = f"select * from before anti join keys on {same}"
        assert missing(project, others, before, after, keys) == []
        if hit.exact:
            lost = missing(project, f"select * from before semi join keys on {same}", before, after, keys)
            assert len(lost) == hit.rows
            assert hit.rows == hit.keys.num_rows or version.zone == "quarantine"
