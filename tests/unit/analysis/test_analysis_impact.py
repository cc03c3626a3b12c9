"""What rows of a view reach: features, split, models, predictions."""

from __future__ import annotations

import re
from datetime import date

from tests.unit.analysis.analysis_bench import DEFINITION, Bench, daily_heat
from tests.unit.analysis.conftest import Project
from vertebra.analysis import predict, read_analyses, train
from vertebra.operations.impact import ReachedRows, impact

SIMPLE = re.sub(r"(?s)  - \{name: linear.*?(?=metric:)", "", DEFINITION)


def test_rows_reach_what_was_learnt_from_them_and_what_is_said_of_them(bench: Bench, project: Project) -> None:
    project(SIMPLE)
    analysis = read_analyses(bench.ws.project.folder)["demand"]
    first = bench.publish("daily_heat", daily_heat())
    learnt = train(bench.ws, analysis, bench.release(first), bench.run_id)
    release = bench.release(first, *learnt.datasets.values())
    found = impact(bench.ws, "daily_heat", {"device": "L4", "day": "2021-03-01"}, release=release)
    reached = {one.dataset: one for one in found.datasets}
    days = [{"device": "L4", "day": date(2021, 3, day)} for day in (1, 8)]  # the row, and a week later what looks back
    assert (reached["demand_features"].keys.to_pylist(), reached["demand_features"].exact) == (days, True)
    for name in ("demand_split", "demand_residuals"):
        assert (reached[name].rows, reached[name].exact) == (reached[name].of, False)
    assert [(model.candidate, model.deployed, dict(model.rows)) for model in found.models] == [
        ("repeat", True, {"training": 2})
    ]

    later = bench.publish("daily_heat", daily_heat(305))  # five days that no model learnt from
    said = predict(bench.ws, analysis, bench.release(later), bench.run_id)
    release = bench.release(later, *said.datasets.values())
    found = impact(bench.ws, "daily_heat", {"device": "L4", "day": "2021-10-29"}, release=release)
    assert [_short(one) for one in found.datasets] == [
        ("daily_heat", 1, True),
        ("demand_features", 1, True),
        ("demand_predictions", 1, True),
    ]
    assert found.tables["demand_predictions"].to_pylist() == [{"device": "L4", "day": date(2021, 10, 29)}]
    assert (found.models, found.exact) == ((), True)
    found = impact(bench.ws, "daily_heat", {"device": "L4", "day": "2021-03-01"}, release=release)
    assert ("demand_predictions", 28, False) in [_short(one) for one in found.datasets]
    assert len(found.models) == 1


def _short(one: ReachedRows) -> tuple[str, int, bool]:
    return one.dataset, one.rows, one.exact
