"""Real deliveries, where they are present: drafted, run, and every cell rendered back and held against its raw text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from tests.faithful import hold
from tests.template_oracle import LOSSES
from vertebra.operations.draft import DraftReport
from vertebra.project import read_sources

SHARED = Path(os.environ.get("VERTEBRA_SHARED", Path(__file__).parents[3] / "shared")) / "data"
EXAMPLES = Path(__file__).parents[2] / "examples" / "heating" / "deliveries"
_LONG = bool(os.environ.get("VERTEBRA_LONG"))
_RECORDS = 50_000 if _LONG else 400  # of a file that are rendered back
_FILES = 0 if _LONG else 12  # of a pack; 0 for all

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
        found = hold(bb, read_sources(tmp_path)["things"], records=_RECORDS, files=_FILES)
    assert found.records
    assert not found.wrong
    assert set(found.lost) <= set(LOSSES)
    record_property("losses", dict(found.lost))


def announced(report: DraftReport) -> int:
    """Records that the draft says a load will quarantine."""
    return sum(int(d.value) for d in report.decisions if d.about == "quarantined")


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
