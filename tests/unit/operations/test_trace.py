from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from vertebra import operations
from vertebra.analysis.publication import Output, publish
from vertebra.errors import DamageError, UnknownNameError, UsageError, VertebraError
from vertebra.governance import releases, runs
from vertebra.governance.datasets import DatasetVersion, fingerprint
from vertebra.operations.trace import trace
from vertebra.workspace import Workspace, open_workspace

METERS = """
source: meters
collect: {folder: in, pattern: "*.csv", settle: 0}
file_name: "{device}_{month}.csv"
format: {csv: {header: 1}}
columns:
  - {name: device, from: file_name.device, type: text}
  - {name: moment, type: timestamp, format: "%Y-%m-%d %H:%M"}
  - {name: energy, type: double}
  - {name: readings, type: integer}
"""
DAILY = """/* ---
view: daily
grain: [device, day]
expect:
  - {where: heat < 100, otherwise: quarantine}
--- */
select device, moment::date as day, max(energy) - min(energy) as heat from meters group by all;
"""
FILES = {
    "A_1.csv": "moment,energy,readings\n2021-01-01 00:00,1,1\n2021-01-01 12:00,4,2\n2021-01-02 00:00,5,3\n",
    "B_1.csv": "moment,energy,readings\n2021-01-01 00:00,0,1\n2021-01-01 12:00,900,2\n2021-01-02 00:00,9,x\n",
}


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "p"
    for part in ("sources", "views", "in"):
        (folder / part).mkdir(parents=True)
    (folder / "vertebra.yaml").write_text("name: traced\n")
    (folder / "sources" / "meters.yaml").write_text(METERS)
    (folder / "views" / "daily.sql").write_text(DAILY)
    for name, text in FILES.items():
        (folder / "in" / name).write_text(text)
    opened = open_workspace(folder)
    try:
        assert run(opened) == 1
        yield opened
    finally:
        opened.close()


def run(ws: Workspace) -> int | None:
    report = operations.run(ws)
    assert report.outcome == "done", [str(error) for error in report.errors]
    return report.release


def raws(ws: Workspace, dataset: str, release: int | None = None, **key: str) -> list[tuple[str, int, str]]:
    return [(r.file, r.record, r.raw) for r in trace(ws, dataset, key, release).records]


def refused(ws: Workspace, kind: type[VertebraError], dataset: str, **key: str) -> VertebraError:
    with pytest.raises(kind) as caught:
        trace(ws, dataset, key)
    error = caught.value
    assert all(line.strip() and "\n" not in line for line in (error.what, error.where, error.why, error.next))
    return error


def test_a_row_leads_to_lines_bytes_and_raw_text(ws: Workspace) -> None:
    found = trace(ws, "daily", {"device": "A", "day": "2021-01-01"})
    assert (found.rows, found.exact, found.reasons, found.total) == (1, True, (), 2)
    assert [(step.dataset, step.input, step.rows) for step in found.steps] == [("daily", "meters", 2)]
    text = FILES["A_1.csv"].encode()
    for number, record in enumerate(found.records, 1):
        assert (record.source, record.file, record.version) == ("meters", "A_1.csv", 1)
        assert (record.record, record.line) == (number, number + 1)
        assert text[record.start : record.end].decode() == record.raw
    assert found.to_json()["records"][1] == {
        "source": "meters",
        "file": "A_1.csv",
        "version": 1,
        "record": 2,
        "line": 3,
        "bytes": [found.records[1].start, found.records[1].end],
        "raw": "2021-01-01 12:00,4,2",
    }


def test_a_part_of_the_grain_chooses_all_rows_that_have_it(ws: Workspace) -> None:
    found = trace(ws, "daily", {"DEVICE": "A"})
    assert (found.rows, found.total) == (2, 3)


def test_so_many_records_as_are_asked_for_and_the_count_of_all(ws: Workspace) -> None:
    found = trace(ws, "daily", {"device": "A"}, limit=1)
    assert (found.total, [record.record for record in found.records]) == (3, [1])


def test_rows_of_formatted_tables_and_quarantines_are_traced_too(ws: Workspace) -> None:
    assert raws(ws, "meters", energy="5") == [("A_1.csv", 3, "2021-01-02 00:00,5,3")]
    assert raws(ws, "meters_quarantine", column_name="readings") == [("B_1.csv", 3, "2021-01-02 00:00,9,x")]
    assert [record for _, record, _ in raws(ws, "daily_quarantine", device="B")] == [1, 2]


def test_a_finding_about_a_whole_file_names_the_file(ws: Workspace) -> None:
    (ws.project.folder / "in" / "C_1.csv").write_text("wrong,header\n1,2\n")
    run(ws)
    found = trace(ws, "meters_quarantine", {"_record": "0"})
    assert [(r.file, r.record, r.line, r.start, r.end) for r in found.records] == [("C_1.csv", 0, 0, 0, 17)]


def test_an_older_release_is_traced_by_the_definition_that_built_it(ws: Workspace) -> None:
    changed = DAILY.replace("from meters", "from meters where readings > 1")
    (ws.project.folder / "views" / "daily.sql").write_text(changed)
    (ws.project.folder / "in" / "A_1.csv").write_text("moment,energy,readings\n2021-01-01 06:00,3,7\n")
    assert run(ws) == 2
    key = {"device": "A", "day": "2021-01-01"}
    assert [(r.version, r.record) for r in trace(ws, "daily", key).records] == [(2, 1)]
    assert [(r.version, r.record) for r in trace(ws, "daily", key, release=1).records] == [(1, 1), (1, 2)]


def test_files_are_read_by_the_template_that_was_recorded(ws: Workspace) -> None:
    changed = METERS.replace("header: 1", "header: 2")
    (ws.project.folder / "sources" / "meters.yaml").write_text(changed)
    assert raws(ws, "daily", device="A", day="2021-01-02") == [("A_1.csv", 3, "2021-01-02 00:00,5,3")]


def test_a_source_that_is_gone_is_said(ws: Workspace) -> None:
    (ws.project.folder / "sources" / "meters.yaml").unlink()
    found = trace(ws, "daily", {"device": "A", "day": "2021-01-02"})
    assert [record.record for record in found.records] == [3]
    assert found.notes == (
        'the source "meters" is gone from the project; its files were read by the template that was recorded',
    )


def test_no_such_row_names_the_nearest(ws: Workspace) -> None:
    assert str(refused(ws, UnknownNameError, "daily", device="A", day="2021-01-04")) == (
        'no row of "daily" has device=A, day=2021-01-04\n'
        "  where: release 1\n"
        "  why:   it has 2 rows, none with this key\n"
        "  next:  the nearest that there are: device=A day=2021-01-02; device=A day=2021-01-01"
    )


def test_a_row_in_quarantine_is_pointed_to(ws: Workspace) -> None:
    error = refused(ws, UnknownNameError, "daily", device="B", day="2021-01-01")
    assert error.why == "1 such row stands in daily_quarantine"


@pytest.mark.parametrize(
    ("kind", "dataset", "key", "words"),
    [
        (UnknownNameError, "dayly", {"device": "A"}, ['there is no dataset "dayly"', 'did you mean "daily"?']),
        (UnknownNameError, "daily", {"devise": "A"}, ['no column "devise"', 'did you mean "device"?']),
        (UsageError, "daily", {}, ["which row is meant", "vertebra trace daily device=… day=…"]),
        (UsageError, "daily", {"heat": "3"}, ['"heat" does not identify', "its grain is device, day"]),
        (UsageError, "daily", {"day": "yesterday"}, ['"yesterday" is no value of "day"', "type DATE"]),
        (UsageError, "daily", {"day": "2021-01-01 12:00"}, ['is no value of "day"', "type DATE"]),
        (UsageError, "meters", {"readings": "1.5"}, ['"1.5" is no value of "readings"', "BIGINT"]),
    ],
)
def test_a_request_that_cannot_be_met(
    ws: Workspace, kind: type[VertebraError], dataset: str, key: dict[str, str], words: list[str]
) -> None:
    error = refused(ws, kind, dataset, **key)
    assert error.exit_status == 2
    assert all(word in str(error) for word in words), str(error)


def test_quotes_in_a_value_are_text(ws: Workspace) -> None:
    error = refused(ws, UnknownNameError, "daily", device="A' or 'a'='a", day="2021-01-01")
    assert error.what == "no row of \"daily\" has device=A' or 'a'='a, day=2021-01-01"


def test_a_file_that_lost_its_records_is_damage(ws: Workspace) -> None:
    (kept,) = (ws.project.storage / "landing" / "persistent").rglob("A_1.csv")
    kept.chmod(0o600)
    kept.write_text("moment,energy,readings\n2021-01-01 00:00,1,1\n")
    error = refused(ws, DamageError, "daily", device="A", day="2021-01-02")
    assert error.what == 'the landed file of "A_1.csv" is not what was landed'
    assert error.next == "put it back from a backup of the landing zone"


def analysis_dataset(
    ws: Workspace, name: str, definition: Mapping[str, object], sql: str, inputs: list[DatasetVersion], *, exact: bool
) -> DatasetVersion:
    """Publish a dataset as an analysis does."""
    with ws.catalog.write() as connection:
        run_id = runs.begin(connection, "test", "prod")
    output = Output(
        name=name,
        path=f"analysis/heat/{name}",
        description="",
        owner="",
        identity=fingerprint(name, sql, [one.id for one in inputs]),
        definition=definition,
        fingerprint=fingerprint(name, sql),
        grain=("device", "day"),
        inputs=tuple(one.id for one in inputs),
        where="analyses/heat.yaml:1",
        exact=exact,
    )
    version = publish(ws, output, sql, run_id, relations=ws.relations(inputs[:1])).version
    with ws.catalog.write() as connection:
        current = releases.current(connection, "prod")
        assert current is not None
        items = {**releases.version_ids(connection, current), version.dataset_id: version.id}
        releases.publish(connection, "prod", run_id, items, "test")
    return version


def test_a_prediction_leads_through_its_features(ws: Workspace) -> None:
    _, found = operations.contents(ws)
    query = "select device, day, heat * 2 as twice from daily"
    features = analysis_dataset(ws, "heat_features", {"sql": query}, query, [found["daily"]], exact=True)
    rowwise = {"rowwise": {"from": "heat_features", "key": ["device", "day"]}, "opaque": "model linear of heat"}
    guess = "select device, day, twice as prediction from heat_features"
    analysis_dataset(ws, "heat_predictions", rowwise, guess, [features], exact=False)
    traced = trace(ws, "heat_features", {"device": "A", "day": "2021-01-02"})
    assert ([r.record for r in traced.records], traced.exact) == ([3], True)
    traced = trace(ws, "heat_predictions", {"device": "A", "day": "2021-01-01"})
    assert [(s.dataset, s.input, s.rows) for s in traced.steps] == [
        ("heat_predictions", "heat_features", 1),
        ("heat_features", "daily", 1),
        ("daily", "meters", 2),
    ]
    assert [r.record for r in traced.records] == [1, 2]
    assert not traced.exact
    assert traced.reasons == ("heat_predictions from heat_features: model linear of heat",)


NAMES_ITS_INPUTS = """/* ---
view: {name}
grain: [device]
--- */
{sql}
"""


def test_records_stand_in_the_order_in_which_views_name_their_inputs(ws: Workspace) -> None:
    folder = ws.project.folder
    for name in ("zones", "alarms"):  # by name the last and the first; a file of each is older than the other's
        text = f"source: {name}\ncollect: {{folder: {name}, settle: 0}}\nformat: {{csv: {{}}}}\n"
        (folder / "sources" / f"{name}.yaml").write_text(f"{text}columns: [{{name: device, type: text}}]\n")
        (folder / name).mkdir()
        (folder / name / "1.csv").write_text("device\nA\n")
    views = {
        "first": "select z.device, a.device as alarm from zones z join alarms a using (device)",
        "second": "with a as (from alarms) select z.device from zones z join a using (device) group by all",
        "third": "select d.device, f.alarm from (select distinct device from daily) d join first f using (device)",
    }
    for name, sql in views.items():
        (folder / "views" / f"{name}.sql").write_text(NAMES_ITS_INPUTS.format(name=name, sql=sql))
    run(ws)

    def order(view: str) -> list[str]:
        found = trace(ws, view, {"device": "A"})
        cut = trace(ws, view, {"device": "A"}, limit=1)
        assert cut.records == found.records[:1]
        return list(dict.fromkeys(record.source for record in found.records))

    assert order("first") == ["zones", "alarms"]
    assert order("second") == ["alarms", "zones"]
    assert order("third") == ["meters", "zones", "alarms"]
    assert [step.input for step in trace(ws, "second", {"device": "A"}).steps] == ["alarms", "zones"]


def test_an_opaque_step_names_too_much_rather_than_too_little(ws: Workspace) -> None:
    _, found = operations.contents(ws)
    analysis_dataset(
        ws, "heat_magic", {"python": "magic"}, "select device, day from daily", [found["daily"]], exact=False
    )
    traced = trace(ws, "heat_magic", {"device": "A", "day": "2021-01-02"})
    assert [r.record for r in traced.records] == [1, 2, 3]  # all rows of daily, whose only device is A
    assert traced.reasons == ("heat_magic from daily: the definition of heat_magic cannot be looked into",)
