"""No feature knows what it is to predict: asked of the data, whatever the SQL looks like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.unit.analysis.analysis_bench import DEFINITION, Bench, daily_heat
from vertebra.analysis import read_analyses, train
from vertebra.analysis.definition import Analysis
from vertebra.analysis.evaluation import Parted
from vertebra.analysis.features import publish_features, read_features, sandbox
from vertebra.analysis.leakage import BACK, GAP, check_leakage
from vertebra.analysis.matrix import Matrix, matrix
from vertebra.analysis.sets import partition
from vertebra.errors import CheckError
from vertebra.step import Check

Write = Callable[..., Path]


def _data(bench: Bench, analysis: Analysis, release: int) -> Matrix:
    features = publish_features(bench.ws, analysis, sandbox(bench.ws, analysis, release), bench.run_id)
    return matrix(analysis, read_features(bench.ws, analysis, features.version))


def _check(bench: Bench, project: Write, definition: str) -> tuple[Check, ...]:
    analysis = read_analyses(project(definition))["demand"]
    release = bench.release(bench.publish("daily_heat", daily_heat()))
    rows: Parted = partition(analysis, _data(bench, analysis, release))
    box = sandbox(bench.ws, analysis, release)
    return check_leakage(bench.ws, analysis, box, rows.data, rows.part, rows.fold, lambda *_: None)


def test_features_that_look_back_pass(bench: Bench, project: Write) -> None:
    checks = _check(bench, project, DEFINITION)
    assert [(check.name, check.otherwise, check.outcome) for check in checks] == [
        (BACK, "fail", "passed"),
        (GAP, "fail", "passed"),
    ]


LEAKS = [
    ("sql: w.heat_mwh", 'sql: "lead(w.heat_mwh, 8) over (partition by d.device order by d.day)"'),
    ("sql: w.heat_mwh", 'sql: "w.heat_mwh - avg(w.heat_mwh) over ()"'),
    ("w.day = d.day - 7", "w.day = d.day + 1"),  # tomorrow's heat
    ("w.day = d.day - 7", "w.day = d.day"),  # the label itself under a second name
    ("w.device = d.device and w.day = d.day - 7", "w.device <> d.device and w.day = d.day"),  # the other device's
]


@pytest.mark.parametrize(("old", "new"), LEAKS)
def test_a_feature_that_looks_ahead_is_found(bench: Bench, project: Write, old: str, new: str) -> None:
    with pytest.raises(CheckError) as caught:
        _check(bench, project, DEFINITION.replace(old, new, 1))
    assert caught.value.what == 'the feature "last_week" of demand knows what it is to predict'
    assert caught.value.where == "analyses/demand.yaml:13"
    assert caught.value.why.startswith("when all that came after 2021-")
    assert "device=" in caught.value.why
    assert "before the row's own time" in caught.value.next


def test_a_population_that_knows_tomorrow_is_found(bench: Bench, project: Write) -> None:
    changed = DEFINITION.replace("w.day = d.day - 7", "w.day = d.day + 1").replace(
        "where: d.outdoor_c is not null", "where: w.outdoor_c is not null"
    )
    with pytest.raises(CheckError, match="the population of demand knows") as caught:
        _check(bench, project, changed)
    assert "the row is gone" in caught.value.why


def test_a_gap_shorter_than_features_look_back_is_found(bench: Bench, project: Write) -> None:
    with pytest.raises(CheckError, match='the feature "last_week" of demand knows') as caught:
        _check(bench, project, DEFINITION.replace("gap: 7 days", "gap: 6 days"))
    assert caught.value.why.startswith("when the labels of fold 1 are emptied, it changes at")
    assert "make `gap` longer than 6 days" in caught.value.next


def test_a_window_that_reaches_over_a_long_hole_is_found(bench: Bench, project: Write) -> None:
    window = 'sql: "lag(w.heat_mwh) over (partition by d.device order by d.day)"'
    changed = DEFINITION.replace("sql: w.heat_mwh", window).replace("gap: 7 days", "gap: 8 days")
    with pytest.raises(CheckError, match='the feature "last_week" of demand knows'):
        _check(bench, project, changed)  # one row back is 15 days back over the hole, and a week more


def test_a_dataset_that_cannot_be_cut_is_named(bench: Bench, project: Write) -> None:
    bench.release(bench.publish("size_of", pa.table({"device": ["L4", "L8"], "area": [900.0, 400.0]})))
    changed = DEFINITION.replace("d.day - 7\n", "d.day - 7\n  left join size_of a on a.device = d.device\n").replace(
        "sql: d.outdoor_c}", 'sql: "d.outdoor_c * a.area"}'
    )
    assert {check.message for check in _check(bench, project, changed)} == {
        "not cut, since without a column day: size_of"
    }


def test_labels_permuted_in_the_future_change_no_feature_of_the_past(bench: Bench, project: Write) -> None:
    analysis = read_analyses(project(DEFINITION))["demand"]
    table = daily_heat()
    before = _data(bench, analysis, bench.release(bench.publish("daily_heat", table)))
    cut = before.time[len(before.time) // 4]
    days = table.column("day").to_numpy().astype("datetime64[us]")
    heat = np.array(table.column("heat_mwh").to_pylist(), dtype=object)
    future = days >= cut
    heat[future] = np.random.default_rng(1).permutation(heat[future])
    moved = table.set_column(2, "heat_mwh", pa.array(heat.tolist(), pa.float64()))
    after = _data(bench, analysis, bench.release(bench.publish("daily_heat", moved)))
    past = before.time <= cut
    assert 0 < past.sum() < len(past)
    # as text: NaN is the same as NaN here
    assert list(map(str, before.x[past].ravel())) == list(map(str, after.x[past].ravel()))
    assert list(map(str, before.x[~past].ravel())) != list(map(str, after.x[~past].ravel()))


def test_training_stops_at_a_leak_and_deploys_nothing(bench: Bench, project: Write) -> None:
    analysis = read_analyses(project(DEFINITION.replace("w.day = d.day - 7", "w.day = d.day + 7")))["demand"]
    release = bench.release(bench.publish("daily_heat", daily_heat()))
    with pytest.raises(CheckError):
        train(bench.ws, analysis, release, bench.run_id)
    with bench.ws.catalog.read() as connection:
        assert connection.exec_driver_sql("select count(*) from model").scalar() == 0
        assert connection.exec_driver_sql("select count(*) from deployment").scalar() == 0
