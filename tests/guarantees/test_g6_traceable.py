"""G6, traceable: every row of a view leads to file versions and record numbers.

Projects are made from drawn deliveries and run as a user runs them. Then rows are worked out again from nothing but
the records that their trace names, and must come out as they are stored: first by the engine over those records of
the formatted tables, then by a second project whose deliveries hold the traced raw lines and nothing else.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.drawing import cases
from vertebra import exploitation, operations
from vertebra.exploitation import Otherwise
from vertebra.governance import files
from vertebra.operations.trace import TraceResult, trace
from vertebra.workspace import Workspace, open_workspace

EXAMPLES = cases(3, 60)
SAMPLE = 4  # rows of each view

SOURCES = {
    "meters": """
source: meters
collect: {folder: in/meters, settle: 0}
format: {csv: {header: 1}}
key: [device, hour]
columns:
  - {name: device, type: text}
  - {name: hour, type: integer}
  - {name: energy, type: "decimal(9,2)"}
  - {name: flow, type: double}
""",
    "weather": """
source: weather
collect: {folder: in/weather, settle: 0}
format: {csv: {header: 1}}
key: [hour]
columns:
  - {name: hour, type: integer}
  - {name: temperature, type: double}
""",
}
HEADERS = {"meters": "device,hour,energy,flow", "weather": "hour,temperature"}

VIEWS = {
    "chosen": (
        "device, hour",
        "",
        "select device, hour, energy * 2 as twice from meters where energy > 0 and hour < 40",
    ),
    "beside": ("device, hour", "", "select m.*, w.temperature from meters m join weather w using (hour)"),
    "all_beside": (
        "device, hour",
        "",
        (
            "select m.device, m.hour, w.temperature, coalesce(w.temperature, -99) as t\n"
            "from meters m left join weather w on w.hour = m.hour and w.temperature > 0"
        ),
    ),
    "daily": (
        "device, day",
        "expect: [{where: energy >= 0, otherwise: quarantine}]",
        (
            "select m.device, m.hour // 24 as day, max(energy) - min(energy) as energy, count(*) as n,\n"
            "sum(energy) as s, avg(w.temperature) as temperature, count(w.hour) as hours\n"
            "from meters m left join weather w on w.hour = m.hour group by all;"
        ),
    ),
    "total": (
        "device",
        "",
        (
            "with big as (select * from daily where n > 1) select device, sum(energy) as energy, count(*) as days\n"
            "from big group by device"
        ),
    ),
    "combined": (
        "device, hour",
        "",
        "select m.device, m.hour, m.energy, t.energy as of_all from meters m left join total t using (device)",
    ),
    "devices": ("device", "", "select distinct device from meters where flow is not null"),
}


@dataclass(frozen=True)
class Deliveries:
    """File name to lines, for each source."""

    meters: Mapping[str, Sequence[str]]
    weather: Mapping[str, Sequence[str]]


@st.composite
def deliveries(draw: st.DrawFn) -> Deliveries:
    keys = st.tuples(st.sampled_from("ABC"), st.integers(0, 71))
    meters: dict[str, list[str]] = defaultdict(list)
    for device, hour in draw(st.lists(keys, min_size=3, max_size=25, unique=True)):
        energy = draw(st.decimals(-20, 99, places=2))
        flow = draw(st.one_of(st.just(""), st.floats(0, 100, width=32).map(repr), st.just("broken")))
        line = f"{device},{hour},{energy},{flow}"
        for number in draw(st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True)):  # in two: a duplicate
            meters[f"m{number}.csv"].append(line)
    weather: dict[str, list[str]] = defaultdict(list)
    for hour in draw(st.lists(st.integers(0, 71), max_size=30, unique=True)):
        weather[f"w{draw(st.integers(1, 2))}.csv"].append(f"{hour},{draw(st.integers(-20, 30))}.5")
    return Deliveries(dict(meters), dict(weather))


@contextmanager
def project(folder: Path, delivered: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Workspace]:
    """A project with these deliveries, run once."""
    (folder / "sources").mkdir(parents=True)
    (folder / "views").mkdir()
    (folder / "vertebra.yaml").write_text("name: traced\n", encoding="utf-8")
    for source, text in SOURCES.items():
        (folder / "sources" / f"{source}.yaml").write_text(text, encoding="utf-8")
        (folder / "in" / source).mkdir(parents=True)
        for name, lines in delivered[source].items():
            (folder / "in" / source / name).write_text("\n".join([HEADERS[source], *lines, ""]), encoding="utf-8")
    for name, (grain, header, sql) in VIEWS.items():
        text = f"/* ---\nview: {name}\ngrain: [{grain}]\n{header}\n--- */\n{sql}\n"
        (folder / "views" / f"{name}.sql").write_text(text, encoding="utf-8")
    ws = open_workspace(folder)
    try:
        report = operations.run(ws)
        assert report.outcome == "done", [str(error) for error in report.errors]
        yield ws
    finally:
        ws.close()


def stored(ws: Workspace, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = operations.query(ws, f"select * from {name} order by all").to_pylist()
    return rows


def key_of(name: str, row: Mapping[str, Any]) -> dict[str, str]:
    return {column: str(row[column]) for column in VIEWS[name][0].split(", ")}


def again(ws: Workspace, name: str, found: TraceResult) -> list[dict[str, Any]]:
    """A view, worked out by the engine from the traced records of the formatted tables alone."""
    with ws.catalog.read() as connection:
        numbers = {(one.source, one.name, one.version): one.id for one in files.all_files(connection)}
    tables = {}
    for source in SOURCES:
        pairs = [(numbers[source, r.file, r.version], r.record) for r in found.records if r.source == source]
        chosen = " or ".join(f"(_file = {file} and _record = {record})" for file, record in pairs) or "false"
        columns = "exclude (_file, _record)"
        tables[source] = operations.query(
            ws, f"select * {columns} from {source} where {chosen} order by _file, _record"
        )
    views = exploitation.read_views(ws.project.folder).by_name
    for view in (views[one] for one in exploitation.order(views, list(SOURCES))):
        kept = [f"coalesce({e.predicate}, true)" for e in view.expect if e.otherwise is Otherwise.QUARANTINE]
        where = " and ".join(kept) or "true"
        tables[view.name] = ws.engine.arrow(f"select * from ({view.query.text}) where {where}", (), tables)
    rows: list[dict[str, Any]] = tables[name].to_pylist()
    return rows


def same(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Is the row, and no other with its key, among these?"""
    key = key_of(name, row)
    return [one for one in rows if key_of(name, one) == key] == [row]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # each example is a project: shrinking would take minutes
    print_blob=True,
)
@given(deliveries(), st.randoms(use_true_random=False))
def test_a_row_comes_out_again_from_its_traced_records_alone(delivered: Deliveries, random: Any) -> None:
    everything = {"meters": delivered.meters, "weather": delivered.weather}
    with tempfile.TemporaryDirectory() as folder, project(Path(folder) / "p", everything) as ws:
        traced: list[tuple[str, dict[str, Any], TraceResult]] = []
        for name in VIEWS:
            rows = stored(ws, name)
            for row in random.sample(rows, min(SAMPLE, len(rows))):
                found = trace(ws, name, key_of(name, row))
                assert found.rows == 1
                assert found.total == len(found.records) > 0
                for record in found.records:
                    lines = everything[record.source][record.file]
                    assert record.raw == lines[record.record - 1]
                    assert record.line == record.record + 1
                assert same(row, again(ws, name, found), name), (name, row, found)
                traced.append((name, row, found))
        for name, _, found in traced:
            if name == "chosen":
                assert (found.total, found.exact) == (1, True)
            if name == "beside":
                assert (found.total, found.exact) == (2, True)
        if traced:
            name, row, found = random.choice(traced)
            check_in_a_project_of_its_own(Path(folder) / "q", name, row, found)


def check_in_a_project_of_its_own(folder: Path, name: str, row: Mapping[str, Any], found: TraceResult) -> None:
    """The traced raw lines, delivered to a second project, give the same row."""
    lines: dict[str, dict[str, list[str]]] = {source: defaultdict(list) for source in SOURCES}
    for record in found.records:
        lines[record.source][record.file].append(record.raw)
    with project(folder, lines) as ws:
        assert same(row, stored(ws, name), name), (name, row, found)
