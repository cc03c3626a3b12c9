"""Predicting: every row of the latest stretch is answered, and what was filled in is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.unit.analysis.analysis_bench import DEFINITION, Bench, daily_heat
from vertebra.analysis import Analysis, predict, read_analyses, train
from vertebra.errors import DamageError, ModelError, UnknownNameError
from vertebra.governance import datasets, models
from vertebra.step import Outcome, Receipt

Write = Callable[..., Path]


@pytest.fixture
def analysis(bench: Bench) -> Analysis:
    return read_analyses(bench.ws.project.folder)["demand"]


def _trained(bench: Bench, analysis: Analysis) -> int:
    release = bench.release(bench.publish("daily_heat", daily_heat()))
    train(bench.ws, analysis, release, bench.run_id)
    return release


def _rows(bench: Bench, receipt: Receipt) -> list[dict[str, Any]]:
    with bench.ws.catalog.read() as connection:
        version = datasets.versions(connection, [receipt.datasets["demand_predictions"]])
    relation = bench.ws.relation(next(iter(version.values())), name="p")
    rows: list[dict[str, Any]] = bench.ws.engine.arrow("select * from p order by device, day", (relation,)).to_pylist()
    return rows


def test_the_latest_days_are_answered_whether_the_label_is_known_or_not(bench: Bench, analysis: Analysis) -> None:
    release = _trained(bench, analysis)
    receipt = predict(bench.ws, analysis, release, bench.run_id)
    rows = _rows(bench, receipt)
    assert (receipt.outcome, receipt.rows, len(rows)) == (Outcome.DONE, 28, 28)
    assert {row["day"] for row in rows} == {date(2021, 10, day) for day in range(14, 28)}
    assert [row["day"].day for row in rows if row["actual"] is None and row["device"] == "L4"] == [14, 25, 26, 27]
    assert all(0 < row["prediction"] < 10 for row in rows)
    with bench.ws.catalog.read() as connection:
        best = models.deployed(connection, "demand")
        version = datasets.head(connection, "demand_predictions")
        assert version is not None
        body = json.loads(datasets.definition_of(connection, version.definition_id or 0)[1])
        inputs = datasets.inputs(connection, version.id)
    assert best is not None
    assert {row["model"] for row in rows} == {best.identity}
    assert body["rowwise"] == {"from": "demand_features", "key": ["device", "day"]}
    assert [one.name for one in inputs] == ["demand_features"]
    assert (version.grain, version.exact) == (("device", "day"), False)
    units = {column.name: column.unit for column in version.columns}
    assert units["prediction"] == units["actual"] == "MWh"


def test_a_second_time_there_is_nothing_to_do(bench: Bench, analysis: Analysis) -> None:
    release = _trained(bench, analysis)
    first = predict(bench.ws, analysis, release, bench.run_id)
    second = predict(bench.ws, analysis, release, bench.run_id)
    assert (second.outcome, second.rows, second.size) == (Outcome.NONE, 28, 0)
    assert second.datasets == first.datasets
    assert second.fallbacks == first.fallbacks


def test_a_missing_feature_is_filled_in_and_said(bench: Bench, analysis: Analysis) -> None:
    release = _trained(bench, analysis)
    receipt = predict(bench.ws, analysis, release, bench.run_id)
    notes = {(row["device"], row["day"].day): row["note"] for row in _rows(bench, receipt) if row["note"]}
    assert notes == {(device, 21): "last_week has no value" for device in ("L4", "L8")}
    assert receipt.fallbacks == ("demand: last_week has no value in 2 of 28 predicted rows, the model filled it in",)


def test_a_building_that_the_model_never_saw_is_said(bench: Bench, analysis: Analysis) -> None:
    _trained(bench, analysis)
    table = daily_heat()
    new = table.filter(pa.compute.equal(table.column("device"), "L4")).set_column(
        0, "device", pa.array(["L9"] * (table.num_rows // 2))
    )
    later = bench.release(bench.publish("daily_heat", pa.concat_tables([table, new])))
    receipt = predict(bench.ws, analysis, later, bench.run_id)
    assert receipt.rows == 42
    assert (
        "demand: building 'L9' was never seen in 14 of 42 predicted rows, the model filled it in" in receipt.fallbacks
    )
    said = [row["note"] for row in _rows(bench, receipt) if row["device"] == "L9"]
    assert len(said) == 14
    assert all("building 'L9' was never seen" in note for note in said)


def test_a_device_without_rows_in_the_stretch_is_said(bench: Bench, analysis: Analysis) -> None:
    _trained(bench, analysis)
    table = daily_heat()
    gone = pa.compute.and_(
        pa.compute.equal(table.column("device"), "L8"),
        pa.compute.greater(table.column("day"), pa.scalar(date(2021, 10, 1))),
    )
    later = bench.release(bench.publish("daily_heat", table.filter(pa.compute.invert(gone))))
    receipt = predict(bench.ws, analysis, later, bench.run_id)
    assert receipt.rows == 14
    assert "demand: device=L8 has no row in the latest 14 days, 0:00:00, and no prediction" in receipt.fallbacks


def test_without_a_model_it_says_what_to_type(bench: Bench, analysis: Analysis) -> None:
    release = bench.release(bench.publish("daily_heat", daily_heat()))
    with pytest.raises(UnknownNameError) as caught:
        predict(bench.ws, analysis, release, bench.run_id)
    assert caught.value.what == 'no model is deployed for "demand"'
    assert caught.value.next == "vertebra train demand"


def test_changed_features_need_a_new_training(bench: Bench, analysis: Analysis, project: Write) -> None:
    release = _trained(bench, analysis)
    changed = read_analyses(project(DEFINITION.replace(">= 6", ">= 5")))["demand"]
    with pytest.raises(ModelError) as caught:
        predict(bench.ws, changed, release, bench.run_id)
    assert caught.value.what == 'the deployed model of "demand" reads other features'
    assert caught.value.next == "vertebra train demand"


def test_a_model_file_that_was_touched_is_not_loaded(bench: Bench, analysis: Analysis) -> None:
    release = _trained(bench, analysis)
    with bench.ws.catalog.read() as connection:
        best = models.deployed(connection, "demand")
    assert best is not None
    file = bench.ws.project.storage / best.path
    data = file.read_bytes()
    file.write_bytes(data + b"\0")
    with pytest.raises(DamageError) as caught:
        predict(bench.ws, analysis, release, bench.run_id)
    assert caught.value.what == "the file of a model is not what was saved"
    assert caught.value.where == str(file)
    assert best.sha256[:12] in caught.value.why
    file.unlink()
    with pytest.raises(DamageError, match="the file of a model is gone"):
        predict(bench.ws, analysis, release, bench.run_id)


def test_another_version_of_the_libraries_is_said(bench: Bench, analysis: Analysis) -> None:
    release = _trained(bench, analysis)
    with bench.ws.catalog.write() as connection:
        connection.exec_driver_sql("update model set code_version = 'vertebra 0.0.1, scikit-learn 1.0'")
    fallbacks = predict(bench.ws, analysis, release, bench.run_id).fallbacks
    assert "was trained with vertebra 0.0.1, scikit-learn 1.0, it answers with vertebra 0." in fallbacks[0]
