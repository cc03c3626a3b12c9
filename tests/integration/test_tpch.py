"""The 22 queries of TPC-H as views: right, traced exactly, and after refresh functions what a new project gives."""

from __future__ import annotations

import csv
import os
import random
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from vertebra import operations, sql
from vertebra.exploitation import View, read_views
from vertebra.operations.release import contents
from vertebra.operations.trace import trace
from vertebra.project import Source, read_sources
from vertebra.table import FILE, RECORD
from vertebra.workspace import Workspace, open_workspace

PROJECT = Path(__file__).parents[1] / "tpch" / "project"
SCALE = "0.1" if os.environ.get("VERTEBRA_LONG") else "0.01"
VIEWS = [f"q{number:02d}" for number in range(1, 23)]
ROWS = 2  # of each view are traced
TRACED = ("q10", "q13", "q20")  # in every run, one for each kind of construct; the others in the long one
SPLIT = {"orders": "o_orderkey", "lineitem": "l_orderkey"}
PARTS = 10  # deliveries of each of these
NOT_AGAIN = {"q22": "it names customers for an average, too, and asks which of them have no orders"}
"""Views that need not give a row again over its traced records alone, and why."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables, as the generator writes them."""
    folder = tmp_path_factory.mktemp("tpch")
    command = [str(Path(sys.executable).parent / "tpchgen-cli"), "csv", "-s", SCALE, "-o", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def deliver(made: Path, project: Path) -> None:
    """A project with the tables delivered; orders and their lines in files of their own, the last part kept back."""
    shutil.copytree(PROJECT, project)
    for path in sorted(made.glob("*.csv")):
        folder = project / "deliveries" / path.stem
        folder.mkdir(parents=True)
        if path.stem not in SPLIT:
            shutil.copy(path, folder / path.name)
            continue
        for part in range(PARTS - 1):
            write(folder, part, parts_of(path)[part])


def parts_of(path: Path) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            found[int(row[SPLIT[path.stem]]) % 1_000 // (1_000 // PARTS)].append(row)
    return found


def write(folder: Path, part: int, rows: list[dict[str, str]]) -> None:
    with (folder / f"part-{part}.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def project(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, run once."""
    folder = tmp_path_factory.mktemp("projects") / "tpch"
    deliver(made, folder)
    ran(folder)
    return folder


def ran(folder: Path) -> None:
    with closing(open_workspace(folder)) as ws:
        report = operations.run(ws)
        assert report.outcome == "done", [str(error) for error in report.errors]


@pytest.fixture(scope="module")
def ws(project: Path) -> Iterator[Workspace]:
    with closing(open_workspace(project)) as opened:
        yield opened


@pytest.fixture(scope="module")
def views() -> dict[str, View]:
    return dict(read_views(PROJECT).by_name)


def stored(ws: Workspace, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = operations.query(ws, f"select * from {name} order by all").to_pylist()
    return rows


def declared(source: Source) -> str:
    kinds = {"text": "varchar", "integer": "bigint", "decimal": "decimal(15, 2)", "date": "date"}
    return ", ".join(f"'{c.name}': '{kinds[c.type]}'" for c in source.columns)


@pytest.fixture(scope="module")
def files(project: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same files, as the engine reads them by itself."""
    with duckdb.connect() as engine:
        for source in read_sources(PROJECT).values():
            paths = str(project / "deliveries" / source.name / "*.csv")
            engine.execute(
                f"create table {source.name} as "
                f"from read_csv('{paths}', header = true, columns = {{{declared(source)}}})"
            )
        yield engine


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_gives_what_the_engine_gives_over_the_files(
    ws: Workspace, files: duckdb.DuckDBPyConnection, views: dict[str, View], name: str
) -> None:
    rows = files.sql(views[name].text).to_arrow_table().to_pylist()
    assert rows
    assert sorted(map(str, stored(ws, name))) == sorted(map(str, rows))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in TRACED else pytest.mark.long) for name in VIEWS]
)
def test_every_row_is_traced_exactly_and_comes_out_again(ws: Workspace, views: dict[str, View], name: str) -> None:
    view = views[name]
    rows = stored(ws, name)
    _, found = contents(ws, None, None)
    for row in random.Random(name).sample(rows, min(ROWS, len(rows))):
        traced = trace(ws, name, {column: str(row[column]) for column in view.grain}, limit=0)
        assert (traced.exact, traced.rows) == (True, 1), traced.reasons
        assert traced.total > 0
        tables = {source: only(ws, found[source], traced_in(ws, name, view, row, source)) for source in view.depends}
        again = ws.engine.arrow(view.text, (), tables).to_pylist()
        if name not in NOT_AGAIN:
            assert row in again


def traced_in(ws: Workspace, name: str, view: View, row: dict[str, Any], source: str) -> Any:
    """File and record of the rows of one source that a row comes from."""
    _, found = contents(ws, None, None)
    schemas = {one: [c.name for c in found[one].columns if c.name not in {FILE, RECORD}] for one in view.depends}
    key = tuple((column, sql.literal(row[column])) for column in view.grain)
    answers = {
        one.relation: one for one in sql.trace(view.query, schemas, key, dict.fromkeys(schemas, (FILE, RECORD))).inputs
    }
    relations = tuple(ws.relation(found[one], provenance=True) for one in view.depends)
    return ws.engine.arrow(answers[source].sql, relations)


def only(ws: Workspace, version: Any, records: Any) -> Any:
    relation = ws.relation(version, provenance=True)
    query = (
        f"select r.* exclude ({FILE}, {RECORD}) from {version.name} r "
        f"semi join traced t on r.{FILE} = t.{FILE} and r.{RECORD} = t.{RECORD} order by r.{FILE}, r.{RECORD}"
    )
    return ws.engine.arrow(query, (relation,), {"traced": records})


def test_refresh_functions_give_what_a_new_project_gives(made: Path, tmp_path: Path) -> None:
    """New orders (RF1) come as new files, orders that are gone (RF2) as a corrected file without them."""
    changed, anew = tmp_path / "changed", tmp_path / "anew"
    deliver(made, changed)
    ran(changed)
    for step in (fresh, corrected):
        step(made, changed)
        ran(changed)
    deliver(made, anew)
    for step in (fresh, corrected):
        step(made, anew)
    ran(anew)
    with closing(open_workspace(changed)) as one, closing(open_workspace(anew)) as other:
        for name in VIEWS:
            assert stored(one, name) == stored(other, name), name


def fresh(made: Path, project: Path) -> None:
    for table in SPLIT:
        write(project / "deliveries" / table, PARTS - 1, parts_of(made / f"{table}.csv")[PARTS - 1])


def corrected(made: Path, project: Path) -> None:
    gone: set[str] = set()
    for table, key in SPLIT.items():
        rows = parts_of(made / f"{table}.csv")[3]
        gone = gone or {row[key] for row in rows[::50]}
        write(project / "deliveries" / table, 3, [row for row in rows if row[key] not in gone])
