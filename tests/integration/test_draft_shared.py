"""Real deliveries, where they are present: drafted, run, and every cell rendered back and held against its raw text."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from tests.template_oracle import LOSSES, losses
from vertebra import formatted
from vertebra.formatted.formats.fields import split
from vertebra.governance.files import all_files
from vertebra.operations.draft import DraftReport
from vertebra.project import CsvFormat, read_sources, split_file_name

SHARED = Path(os.environ.get("VERTEBRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
EXAMPLES = Path(__file__).parents[2] / "examples" / "heating" / "deliveries"
_RECORDS = 400  # of a file that are rendered back
_FILES = 12  # of a pack

PACKS = {
    "csse": ("csse/daily_reports", 70),
    "airports": ("openflights/airports.dat", 1),
    "airlines": ("openflights/airlines.dat", 1),
    "countries": ("openflights/countries.dat", 1),
    "routes": ("openflights/routes.dat", 1),
    "imgw": ("imgw/csv/k_d_01_2019.csv", 1),
    "imgw_t": ("imgw/csv/k_d_t_01_2019.csv", 1),
    "mlcollege": ("mlcollege", 12),
    "meters": ("heating/meters", 93),
    "weather": ("heating/weather", 30),
}


def place_of(pack: str) -> Path:
    place = SHARED / PACKS[pack][0]
    if not place.exists():
        place = EXAMPLES / pack
    if not place.exists():
        pytest.skip(f"{PACKS[pack][0]} is not here: set VERTEBRA_SHARED to the folder that holds data/{PACKS[pack][0]}")
    return place


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_drafted_run_and_rendered_back(pack: str, tmp_path: Path, record_property: Any) -> None:
    place = place_of(pack)
    (tmp_path / "vertebra.yaml").write_text("name: shared\n")
    report = vb.draft(place, "things", tmp_path)
    assert report.files == PACKS[pack][1]
    with vb.open(tmp_path) as bb:
        run = bb.run()
        accounts = [account for step in run.steps if step.receipt for account in step.receipt.accounts]
        assert all(account.balance == 0 for account in accounts)
        assert sum(account.formatted for account in accounts) == report.records
        assert sum(account.quarantined for account in accounts) == announced(report)
        lost = faithful(bb, tmp_path)
    assert set(lost) <= set(LOSSES)
    record_property("losses", dict(lost))


def announced(report: DraftReport) -> int:
    """Records that the draft says a load will quarantine."""
    return sum(int(d.value) for d in report.decisions if d.about == "quarantined")


def faithful(bb: vb.Backbone, folder: Path) -> Counter[str]:
    """Hold cells of every file against what they are rendered as; what rendering loses, counted."""
    source = read_sources(folder)["things"]
    form = source.format
    assert isinstance(form, CsvFormat)
    with bb.workspace.catalog.read() as connection:
        files = all_files(connection, "things")
    lost: Counter[str] = Counter()
    step = max(1, len(files) // _FILES)
    for file in files[::step]:
        head = _header(Path(bb.workspace.storage.url(file.path)), form)
        raws = formatted.records(bb.workspace, source, file, range(1, _RECORDS + 1))
        names = ", ".join(
            f'"{c.name}"::varchar as "{c.name}"' if c.type == "timestamp" else f'"{c.name}"' for c in source.columns
        )
        table = bb.query(f"select {names}, _record from things where _file = {file.id} and _record <= {_RECORDS}")
        standing = {row["_record"]: row for row in table.arrow().to_pylist()}
        fields = split_file_name(source.file_name, file.name) or {}
        assert standing
        for record, row in standing.items():
            cells = split(raws[record].raw, form)
            for column in source.columns:
                raw = fields[column.from_file_name] if column.from_file_name else _cell(column.origins, head, cells)
                lost.update(_held(column, raw, row[column.name], form))
    return lost


def _held(column: Any, raw: str | None, value: Any, form: CsvFormat) -> tuple[str, ...]:
    if raw is None or raw in form.nulls or raw in column.nulls:
        assert value is None, (column, raw, value)
        return ()
    assert value is not None, (column, raw)
    return losses(column, raw, value)


def _header(path: Path, form: CsvFormat) -> list[str]:
    if not form.header:
        return []
    text = path.read_bytes().split(b"\n", 1)[0].decode(form.encoding).removeprefix("\ufeff").rstrip("\r")
    return [name.strip() for name in split(text, form)]


def _cell(origins: tuple[str, ...], head: list[str], cells: list[str]) -> str | None:
    for origin in origins:
        if origin in head:
            return cells[head.index(origin)]
        if origin.startswith("#"):
            return cells[int(origin[1:]) - 1]
    return None


def test_csse_is_one_table_with_right_days(tmp_path: Path) -> None:
    place = place_of("csse")
    (tmp_path / "vertebra.yaml").write_text("name: shared\n")
    vb.draft(place, "things", tmp_path)
    with vb.open(tmp_path) as bb:
        bb.run()
        (row,) = (
            bb.query(
                "select count(*) as n, min(day)::varchar as a, max(day)::varchar as z, "
                "min(last_update)::date::varchar as u, "
                "max(last_update)::date::varchar as v, count(lat) > 10000 as lat, count(fips) > 10000 as fips "
                "from things"
            )
            .arrow()
            .to_pylist()
        )
    assert row["n"] == 40_870
    assert (row["a"], row["z"]) == ("2020-01-22", "2020-03-31")
    assert row["u"] >= "2020-01-22"
    assert row["v"] <= "2020-04-30"
    assert (row["lat"], row["fips"]) == (True, True)
