"""A disk that is full, or read-only: four lines, the release that stands is read, and the next run completes.

The disk is a real one, small and filled up to a number of bytes: each number lets another write be the first that
finds no room, from the lock and the catalog over the landing zone to Parquet files, Delta commits and models.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.campaign import leftovers
from tests.integration.bad_input import four
from tests.integration.disk import Disk, limited, mounted
from tests.unit.analysis.analysis_bench import daily_heat
from vertebra.cli.main import main
from vertebra.operations import content_hash, contents
from vertebra.workspace import open_workspace

FILES = {
    "vertebra.yaml": "name: disk\nengine: {threads: 2}\n",
    "sources/heat.yaml": """
source: heat
collect: {folder: heat, settle: 0}
format: {csv: {}}
key: [device, day]
columns:
  - {name: device, type: text}
  - {name: day, type: date}
  - {name: heat_mwh, type: double}
  - {name: outdoor_c, type: double}
""",
    "views/daily_heat.sql": """/* ---
view: daily_heat
grain: [device, day]
expect: [{name: not much, where: heat_mwh < 7, otherwise: quarantine}]
--- */
select * from heat
""",
    "views/monthly.sql": """/* ---
view: monthly
grain: [device, month]
--- */
select device, date_trunc('month', day) as month, sum(heat_mwh::decimal(12, 6)) as heat_mwh from daily_heat group by all
""",
    "analyses/demand.yaml": """
analysis: demand
from: "daily_heat d left join daily_heat w on w.device = d.device and w.day = d.day - 7"
grain: [d.device, d.day]
label: {name: heat_mwh, sql: d.heat_mwh}
features: [{name: outdoor_c, sql: d.outdoor_c}, {name: last_week, sql: w.heat_mwh}]
prepare: {impute: median, standardise: true}
split: {time: day, validation: {last: 30 days}, folds: 3, gap: 7 days}
candidates:
  - {name: repeat, model: repeat_last_week, hyperparameters: {feature: last_week}}
  - {name: linear, model: ridge, hyperparameters: {alpha: 1}}
metric: mae
slices: [device]
predict: {last: 14 days}
""",
}
READ = "select count(*) as n, sum(heat_mwh::decimal(12, 6)) as heat from daily_heat"


def make(folder: Path) -> Path:
    """A project with two devices: one file each of a year, of which the first half is there."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "heat").mkdir()
    deliver(folder, "L4", "plain")
    return folder


def deliver(folder: Path, device: str, form: str) -> None:
    rows = [row for row in daily_heat().to_pylist() if row["device"] == device]
    lines = [f"{row['device']},{row['day']},{row['heat_mwh'] or ''},{row['outdoor_c']}" for row in rows]
    text = "\n".join(["device,day,heat_mwh,outdoor_c", *lines, "L9,bad,1,2\n"]).encode()
    (folder / "heat" / f"{device}.csv").write_bytes(gzip.compress(text, mtime=0) if form == "gzip" else text)


class Project:
    """A project on a disk, asked through the command line."""

    def __init__(self, folder: Path, disk: Disk, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.disk = disk
        self.capfd = capfd

    def say(self, *words: str) -> tuple[int, str, str]:
        self.capfd.readouterr()
        status = main([*words, "--project", str(self.folder)])
        out, err = self.capfd.readouterr()
        assert "Traceback" not in out + err
        assert "bug in Vertebra" not in out + err
        return status, out, err

    def read(self) -> tuple[int | None, Any]:
        """The current release, and a view of it."""
        status, out, _ = self.say("query", READ, "--output", "json")
        assert status == 0
        return json.loads(self.say("status", "--output", "json")[1])["release"], json.loads(out)

    def hashes(self) -> dict[str, str]:
        ws = open_workspace(self.folder)
        try:
            return {name: content_hash(ws, version) for name, version in contents(ws)[1].items()}
        finally:
            ws.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What each command leads to where the disk is large enough."""
    folder = make(tmp_path_factory.mktemp("undisturbed") / "p")
    found: dict[str, dict[str, str]] = {}
    assert main(["run", "--project", str(folder)]) == 0
    deliver(folder, "L8", "gzip")
    for command in ("run", "train", "predict"):
        assert main([command, "--project", str(folder)]) == 0
        ws = open_workspace(folder)
        found[command] = {name: content_hash(ws, version) for name, version in contents(ws)[1].items()}
        ws.close()
    return found


@pytest.fixture
def project(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Project]:
    with mounted(tmp_path / "disk", "6m") as disk:
        found = Project(make(disk.folder / "p"), disk, capfd)
        assert found.say("run")[0] == 0
        deliver(found.folder, "L8", "gzip")
        yield found


def catalog_elsewhere(project: Project, folder: Path) -> None:
    """Let the catalog lie on another disk, so that the zones are what is refused."""
    shutil.copyfile(project.folder / "data" / "catalog.db", folder / "catalog.db")
    with (project.folder / "vertebra.yaml").open("a") as file:
        file.write(f"catalog: sqlite:///{folder}/catalog.db\n")


def meets(project: Project, command: str, step: int, wanted: dict[str, str]) -> set[str]:
    """Let a command meet a disk with ever more space until it ends well; what it complained of on the way."""
    before = project.read()
    told: set[str] = set()
    for left in range(0, 3 << 20, step):
        project.disk.fill(left)
        status, _, err = project.say(command)
        if status == 0:
            break
        assert status == 1
        what, where, why, next_ = four(err)
        assert "/" in where
        assert "space" in next_ or "memory" in next_
        assert "full" in why or "No space left" in why or "not enough space" in why.lower(), why
        told.add(what)
        if left > 48 << 10:  # reading needs a little space too: an index that is shared between processes
            assert project.read() == before
    assert status == 0, "no space was enough"
    project.disk.empty()
    assert project.read()[0] == (before[0] or 0) + 1
    assert project.hashes() == wanted
    assert project.say(command)[0] == 0
    assert leftovers(project.folder) == []
    return told


REFUSED = {"the engine cannot read, write or hold its data", "cannot commit to a table"}


def test_a_full_disk_while_it_runs(project: Project, undisturbed: dict[str, dict[str, str]]) -> None:
    told = meets(project, "run", 16 << 10, undisturbed["run"])
    assert told >= {"cannot read the catalog", "cannot write to the catalog"}
    assert told & REFUSED


def test_a_full_disk_while_it_runs_and_the_catalog_has_room(
    project: Project, tmp_path: Path, undisturbed: dict[str, dict[str, str]]
) -> None:
    catalog_elsewhere(project, tmp_path)
    told = meets(project, "run", 4 << 10, undisturbed["run"])
    assert told >= {"cannot lock the project", "cannot write", "cannot decompress or transcode a landed file"}
    assert told & REFUSED


def test_a_full_disk_while_it_learns_and_predicts(
    project: Project, tmp_path: Path, undisturbed: dict[str, dict[str, str]]
) -> None:
    assert project.say("run")[0] == 0
    catalog_elsewhere(project, tmp_path)
    told = meets(project, "train", 12 << 10, undisturbed["train"])
    assert told & REFUSED
    meets(project, "predict", 4 << 10, undisturbed["predict"])


@pytest.mark.parametrize("command", ["run", "train", "land"])
def test_a_read_only_disk(project: Project, command: str) -> None:
    before = project.read()
    with project.disk.read_only():
        for words in ([command], ["query", READ], ["plan"]):
            status, _, err = project.say(*words)
            told = four(err)
            assert (status, told[0]) == (1, "cannot read the catalog")
            assert told[2] == f"unable to open database file; {project.folder / 'data'} cannot be written"
    assert project.read() == before
    assert project.say(command)[0] == 0


def test_a_read_only_zone_below_a_catalog_that_can_be_written(
    project: Project, tmp_path: Path, undisturbed: dict[str, dict[str, str]]
) -> None:
    """The catalog lies elsewhere, so a run gets as far as to the zones."""
    catalog_elsewhere(project, tmp_path)
    before = project.read()
    with project.disk.read_only():
        status, _, err = project.say("run")
        told = four(err)
        assert (status, told[0], told[2]) == (1, "cannot lock the project", "Read-only file system")
        assert project.read() == before
    assert project.say("run")[0] == 0
    assert project.hashes() == undisturbed["run"]


@pytest.mark.parametrize("command", ["run", "train", "predict"])
def test_a_limit_on_the_size_of_files(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], undisturbed: dict[str, dict[str, str]], command: str
) -> None:
    """The same without a disk to mount: the system refuses whatever makes a file larger than so many bytes."""
    project = Project(make(tmp_path / "p"), Disk(tmp_path), capfd)
    assert project.say("run")[0] == 0
    deliver(project.folder, "L8", "gzip")
    for earlier in ("run", "train", "predict"):
        if earlier == command:
            break
        assert project.say(earlier)[0] == 0
    before = project.read()
    told = set()
    for size in (0, 3_000, 20_000, 120_000):
        status, _, err = limited(size, command, "--project", str(project.folder))
        if status == 0:
            break
        assert status == 1
        assert "Traceback" not in err
        told.add(four(err)[0])
        assert project.read() == before
    assert "this is a bug in Vertebra" not in told
    assert {"cannot read the catalog", "cannot write to the catalog"} & told
    assert project.say(command)[0] == 0
    assert project.hashes() == undisturbed[command]
    assert leftovers(project.folder) == []
