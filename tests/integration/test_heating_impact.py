"""The heating example with real deliveries: what a month of a meter decides, against the example without that month."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import vertebra as vb
from vertebra.backbone import Backbone

EXAMPLE = Path(__file__).parents[2] / "examples" / "heating"
FILE = "L4/L4_2021-01.csv"
COMPARED = ("daily_heat", "monthly_report", "heat_demand_features")


def copied(folder: Path, without: str = "") -> Path:
    def left_out(_: str, names: list[str]) -> set[str]:
        return {name for name in names if name in {"data", "reports", Path(without).name}}

    shutil.copytree(EXAMPLE, folder, ignore=left_out)
    return folder


def rows(bb: Backbone, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bb.table(name).arrow().to_pylist()
    return found


@pytest.mark.long
def test_a_month_of_a_meter_reaches_what_differs_without_it_and_what_was_learnt_from_it(tmp_path: Path) -> None:
    with vb.open(copied(tmp_path / "with")) as bb, vb.open(copied(tmp_path / "without", FILE)) as other:
        for one in (bb, other):
            one.run()
            one.train()
        bb.predict()
        found = bb.impact(FILE)
        for name in COMPARED:
            stays = {repr(row) for row in rows(other, name)}
            differs = [row for row in rows(bb, name) if repr(row) not in stays]
            named = found.tables[name].to_pylist()
            grain = found.tables[name].column_names
            assert sorted(map(str, named)) == sorted(str({key: row[key] for key in grain}) for row in differs)
        reached = {one.dataset: one for one in found.datasets}
        lines = (EXAMPLE / "deliveries/meters" / FILE).read_bytes().splitlines()
        assert reached["meters"].rows == len(lines) - 1
        for part in ("split", "residuals", "predictions"):
            assert not reached[f"heat_demand_{part}"].exact
        assert {model.id for model in found.models} == {one.model.id for one in bb.models()}
        assert all(model.rows["training"] > 0 for model in found.models)
        assert [Path(path).name for path in found.reports] == [
            "heat_demand_measured.png",
            "heat_demand_residuals.png",
        ]
