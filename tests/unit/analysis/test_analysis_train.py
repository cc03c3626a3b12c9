"""Training end to end: what is recorded, what is found again, what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.unit.analysis.analysis_bench import DEFINITION, PLOTS, Bench, daily_heat
from vertebra.analysis import Analysis, plan, predict, read_analyses, stored_set, train
from vertebra.analysis.persistence import load
from vertebra.errors import GrainError, ProjectError, QueryError, StepError, UnknownNameError
from vertebra.governance import datasets, models, runs
from vertebra.step import Action, Outcome
from vertebra.workspace import open_workspace

Write = Callable[..., Path]
FILES = ("demand_measured.png", "demand_residuals.png")


@pytest.fixture
def analysis(bench: Bench, project: Write) -> Analysis:
    return read_analyses(bench.ws.project.folder)["demand"]


@pytest.fixture
def release(bench: Bench) -> int:
    return bench.release(bench.publish("daily_heat", daily_heat()))


def _table(bench: Bench, name: str) -> list[dict[str, Any]]:
    with bench.ws.catalog.read() as connection:
        version = datasets.head(connection, name)
    assert version is not None
    rows: list[dict[str, Any]] = bench.ws.engine.arrow(
        "select * from t", (bench.ws.relation(version, name="t"),)
    ).to_pylist()
    return rows


def test_everything_that_a_model_is_made_of_is_recorded(bench: Bench, analysis: Analysis, release: int) -> None:
    told: list[tuple[str, int, int]] = []
    receipt = train(bench.ws, analysis, release, bench.run_id, lambda *words: told.append(words))
    assert receipt.outcome is Outcome.DONE
    assert sorted(receipt.datasets) == ["demand_features", "demand_residuals", "demand_split"]
    assert told[-1] == ("training", 4, 4)
    assert any(what == "training linear (alpha 10)" for what, _, _ in told)
    with bench.ws.catalog.read() as connection:
        found = models.models(connection, "demand")
        best = models.deployed(connection, "demand")
        inputs = datasets.inputs(connection, receipt.datasets["demand_features"])
        items = models.sandbox_items(connection, found[0].sandbox_id)
        measured = {model.id: models.metrics(connection, model.id) for model in found}
        why = models.deployments(connection, "demand")[0].why
        definition = datasets.definition_of(
            connection, datasets.history(connection, "demand_features")[0].definition_id or 0
        )
    assert [model.candidate for model in found] == ["boosting", "linear", "linear", "repeat"]
    assert [dict(model.hyperparameters) for model in found][1:3] == [{"alpha": 10}, {"alpha": 0.1}]
    assert [version.name for version in inputs] == ["daily_heat"]
    assert items == {inputs[0].dataset_id: inputs[0].id}
    assert '"sql": "select' in definition[1]
    for model in found:
        assert (model.release, model.seed, model.features_id) == (release, 7, receipt.datasets["demand_features"])
        assert model.features_fingerprint == analysis.features_fingerprint() == definition[0]
        assert model.code_version.startswith("vertebra 0.")
        assert "scikit-learn 1." in model.code_version
        file = bench.ws.project.storage / model.path
        assert hashlib.sha256(file.read_bytes()).hexdigest() == model.sha256
        assert file.stat().st_size == model.size
        kinds = {(m.part, m.slice, m.fold) for m in measured[model.id] if m.name == "mae"}
        assert kinds == {
            *(("cross-validation", "", fold) for fold in (None, 1, 2, 3, 4, 5)),
            *(("cross-validation", f"device={device}", None) for device in ("L4", "L8")),
            *(("validation", where, None) for where in ("", "device=L4", "device=L8")),
        }
        assert {m.name for m in measured[model.id]} >= {"mae", "rmse", "mape", "wape", "r2", "mae_gap"}
    assert best is not None
    scores = {
        m.id: next(x.value for x in measured[m.id] if x.name == "mae" and x.part == "cross-validation") for m in found
    }
    assert scores[best.id] == min(value for value in scores.values() if value is not None)
    assert why.startswith(f"best mae of 4 settings over 5 folds: {best.candidate}")
    assert "on the validation period" in why


def test_the_checks_for_leaks_are_recorded_with_the_features(bench: Bench, analysis: Analysis, release: int) -> None:
    receipt = train(bench.ws, analysis, release, bench.run_id)
    with bench.ws.catalog.read() as connection:
        rows = connection.exec_driver_sql("select version_id, outcome from check_result").all()
    assert [tuple(row) for row in rows] == [(receipt.datasets["demand_features"], "passed")] * 2
    assert [check.outcome for check in receipt.checks] == ["passed", "passed"]


def test_residuals_cover_each_judged_row_once_per_candidate(bench: Bench, analysis: Analysis, release: int) -> None:
    train(bench.ws, analysis, release, bench.run_id)
    rows = _table(bench, "demand_residuals")
    split = _table(bench, "demand_split")
    judged = [row for row in split if row["part"] in ("training", "validation")]
    assert len(rows) == 3 * len(judged)
    assert all(row["residual"] == row["actual"] - row["prediction"] for row in rows)
    best = [r for r in rows if r["candidate"] == "linear" and r["part"] == "validation"]
    mae = np.mean([abs(row["residual"]) for row in best])
    with bench.ws.catalog.read() as connection:
        model = models.by_identity(connection, "demand", best[0]["model"])
        assert model is not None
        value = next(m.value for m in models.metrics(connection, model.id) if (m.name, m.part) == ("mae", "validation"))
    assert mae == pytest.approx(value)


def test_features_and_split_rebuild_both_sets(bench: Bench, analysis: Analysis, release: int) -> None:
    receipt = train(bench.ws, analysis, release, bench.run_id)
    release = bench.release(*receipt.datasets.values())
    training = stored_set(bench.ws, analysis, release, "training")
    validation = stored_set(bench.ws, analysis, release, "validation")
    assert training.column_names == [*analysis.key, "heat_mwh", "outdoor_c", "weekend", "last_week", "building", "fold"]
    assert max(training.column("day").to_pylist()) < min(validation.column("day").to_pylist())
    assert training.column("heat_mwh").null_count == validation.column("heat_mwh").null_count == 0
    assert set(training.column("fold").to_pylist()) == {1, 2, 3, 4, 5}
    unlabelled = stored_set(bench.ws, analysis, release, "unlabelled")
    assert unlabelled.column("heat_mwh").null_count == unlabelled.num_rows > 0
    with pytest.raises(UnknownNameError, match='there is no part "test"') as caught:
        stored_set(bench.ws, analysis, release, "test")
    assert "known: gap, training" in caught.value.next


def test_a_second_training_finds_everything_and_does_nothing(bench: Bench, analysis: Analysis, release: int) -> None:
    assert plan(bench.ws, analysis, release) == (Action.ADD, "no model stands yet")
    first = train(bench.ws, analysis, release, bench.run_id)
    before = {path: path.stat().st_mtime_ns for path in bench.ws.project.storage.rglob("*.skops")}
    assert plan(bench.ws, analysis, release) == (Action.NONE, "all stand")
    second = train(bench.ws, analysis, release, bench.run_id)
    assert (second.outcome, second.size, second.datasets) == (Outcome.NONE, 0, first.datasets)
    assert second.notes[0] == "0 of 4 models trained, 4 stood already"
    assert {path: path.stat().st_mtime_ns for path in bench.ws.project.storage.rglob("*.skops")} == before
    with bench.ws.catalog.read() as connection:
        assert len(models.models(connection)) == 4
        assert len(models.deployments(connection, "demand")) == 1


def test_the_same_in_another_project_gives_the_same_bytes(
    bench: Bench, project: Write, release: int, tmp_path: Path
) -> None:
    analysis = read_analyses(project(DEFINITION + PLOTS))["demand"]
    other = tmp_path / "other"
    (other / "analyses").mkdir(parents=True)
    (other / "vertebra.yaml").write_text("name: elsewhere\nengine: {threads: 1}\n", encoding="utf-8")
    ws = open_workspace(other)
    with ws.catalog.write() as connection:
        for _ in range(3):  # other numbers for runs must not matter
            run_id = runs.begin(connection, "test", "prod")
    second = Bench(ws, run_id)
    numbers = second.release(second.publish("daily_heat", daily_heat()))
    for one, number in ((bench, release), (second, numbers)):
        train(one.ws, analysis, number, one.run_id)
        predict(one.ws, analysis, number, one.run_id)
    for name in ("demand_features", "demand_split", "demand_residuals", "demand_predictions"):
        assert _table(bench, name) == _table(second, name)
    files = [{p.name: p.read_bytes() for p in b.ws.project.storage.rglob("*.skops")} for b in (bench, second)]
    assert files[0] == files[1]
    assert len(files[0]) == 4
    drawn = [[(b.ws.project.folder / "reports" / name).read_bytes() for name in FILES] for b in (bench, second)]
    assert drawn[0] == drawn[1]
    ws.close()


def test_a_new_candidate_is_trained_alone(bench: Bench, project: Write, release: int) -> None:
    train(bench.ws, read_analyses(project())["demand"], release, bench.run_id)
    more = read_analyses(project(DEFINITION.replace("alpha: [0.1, 10]", "alpha: [0.1, 10, 1000]")))["demand"]
    assert plan(bench.ws, more, release) == (Action.CHANGE, "1 models are not trained yet")
    assert train(bench.ws, more, release, bench.run_id).notes[0] == "1 of 5 models trained, 4 stood already"


def test_new_inputs_train_again_and_deploy_another(bench: Bench, analysis: Analysis, release: int) -> None:
    train(bench.ws, analysis, release, bench.run_id)
    later = bench.release(bench.publish("daily_heat", daily_heat(320)))
    assert plan(bench.ws, analysis, later) == (Action.REFRESH, "its inputs are others")
    train(bench.ws, analysis, later, bench.run_id)
    with bench.ws.catalog.read() as connection:
        best = models.deployed(connection, "demand")
        history = models.deployments(connection, "demand")
    assert best is not None
    assert best.release == later
    assert [deployment.until is None for deployment in history] == [True, False]
    assert train(bench.ws, analysis, release, bench.run_id).notes[0].startswith("0 of 4")  # the old ones still stand


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_model_whose_file_is_lost_is_trained_again_to_the_same_bytes(
    bench: Bench, analysis: Analysis, release: int, damage: str
) -> None:
    train(bench.ws, analysis, release, bench.run_id)
    with bench.ws.catalog.read() as connection:
        best = models.deployed(connection, "demand")
    assert best is not None
    file = bench.ws.project.storage / best.path
    kept = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(kept[:-1] + b"x")
    receipt = train(bench.ws, analysis, release, bench.run_id)
    assert receipt.notes[0] == "1 of 4 models trained, 3 stood already"
    assert file.read_bytes() == kept
    with bench.ws.catalog.read() as connection:
        again = models.deployed(connection, "demand")
    assert again is not None
    assert (again.identity, again.sha256) == (best.identity, best.sha256)
    load(bench.ws.storage, again)


def test_a_higher_metric_can_be_the_better_one(bench: Bench, project: Write, release: int) -> None:
    analysis = read_analyses(project(DEFINITION.replace("metric: mae", "metric: r2")))["demand"]
    train(bench.ws, analysis, release, bench.run_id)
    with bench.ws.catalog.read() as connection:
        best = models.deployed(connection, "demand")
        assert best is not None
        values = {
            model.id: next(m.value for m in models.metrics(connection, model.id) if m.name == "r2")
            for model in models.models(connection)
        }
    assert values[best.id] == max(value for value in values.values() if value is not None)


@pytest.mark.parametrize(
    ("alphas", "best"), [("[1, 100000]", 1), ("[100000, 1]", 1), ("[1, 1.0]", 1), ("[1.0, 1]", 1.0)]
)
def test_the_best_setting_is_deployed_and_the_first_of_equals(
    bench: Bench, project: Write, release: int, alphas: str, best: float
) -> None:
    lines = [line for line in DEFINITION.splitlines() if "repeat_last_week" not in line and "boosting" not in line]
    analysis = read_analyses(project("\n".join(lines).replace("[0.1, 10]", alphas)))["demand"]
    train(bench.ws, analysis, release, bench.run_id)
    with bench.ws.catalog.read() as connection:
        model = models.deployed(connection, "demand")
    assert model is not None
    assert repr(model.hyperparameters["alpha"]) == repr(best)


def test_rows_without_a_label_or_a_feature_are_counted_in_the_notes(
    bench: Bench, analysis: Analysis, release: int
) -> None:
    notes = train(bench.ws, analysis, release, bench.run_id).notes
    rows = next(note for note in notes if note.startswith("rows: "))
    assert "18 unlabelled" in rows
    assert sum(int(part.split()[0]) for part in rows.removeprefix("rows: ").split(", ")) == 2 * (300 - 14)
    assert any(note.startswith("last_week has no value in ") for note in notes)


def test_how_well_each_slice_is_served_is_told(bench: Bench, analysis: Analysis, release: int) -> None:
    notes = train(bench.ws, analysis, release, bench.run_id).notes
    with bench.ws.catalog.read() as connection:
        model = models.deployed(connection, "demand")
        assert model is not None
        found = {
            metric.slice: metric.value
            for metric in models.metrics(connection, model.id)
            if (metric.name, metric.part, metric.fold) == ("mae", "cross-validation", None)
        }
    (told,) = [note for note in notes if note.startswith("mae over the folds by device: ")]
    assert told == f"mae over the folds by device: L4 {found['device=L4']:.4g}, L8 {found['device=L8']:.4g}"


# -- what cannot be learnt from ------------------------------------------------------------------


def _with(column: str, change: Callable[[list[Any]], list[Any]]) -> pa.Table:
    table = daily_heat()
    position = table.schema.get_field_index(column)
    values = pa.array(change(table.column(column).to_pylist()), table.schema.field(column).type)
    return table.set_column(position, column, values)


def test_an_unknown_dataset_or_release_is_named(bench: Bench, analysis: Analysis, release: int) -> None:
    with pytest.raises(UnknownNameError) as caught:
        train(bench.ws, analysis, 99, bench.run_id)
    assert caught.value.what == "there is no release 99"
    assert "known: 1" in caught.value.next
    empty = bench.release(bench.publish("daily_head", daily_heat(30)))
    gone = replace(analysis, depends=("daily_heads",))
    with pytest.raises(UnknownNameError) as caught:
        train(bench.ws, gone, empty, bench.run_id)
    assert caught.value.what == f'release {empty} has no dataset "daily_heads"'
    assert caught.value.where == "analyses/demand.yaml:4"
    assert 'did you mean "daily_head"' in caught.value.next


def test_an_unknown_column_names_the_feature_and_its_line(bench: Bench, project: Write, release: int) -> None:
    analysis = read_analyses(project(DEFINITION.replace("sql: w.heat_mwh", "sql: w.heat_kwh")))["demand"]
    with pytest.raises(QueryError) as caught:
        train(bench.ws, analysis, release, bench.run_id)
    assert caught.value.what == 'cannot use "last_week" of demand'
    assert caught.value.where == "analyses/demand.yaml:13"
    assert "heat_kwh" in caught.value.why


def test_a_constant_label_is_nothing_to_learn(bench: Bench, analysis: Analysis) -> None:
    release = bench.release(bench.publish("daily_heat", _with("heat_mwh", lambda values: [2.5] * len(values))))
    with pytest.raises(StepError) as caught:
        train(bench.ws, analysis, release, bench.run_id)
    assert caught.value.what == "there is nothing to learn for demand"
    assert 'the label "heat_mwh" is 2.5 in all' in caught.value.why


def test_too_few_rows_are_refused(bench: Bench, analysis: Analysis) -> None:
    release = bench.release(bench.publish("daily_heat", daily_heat(40)))
    with pytest.raises(StepError, match="too few rows for the folds of demand"):
        train(bench.ws, analysis, release, bench.run_id)


def test_no_rows_and_no_labels_are_refused(bench: Bench, project: Write, release: int) -> None:
    analysis = read_analyses(project(DEFINITION.replace("where: d.outdoor_c is not null", "where: d.outdoor_c > 99")))[
        "demand"
    ]
    with pytest.raises(StepError, match="the population of demand has no rows"):
        train(bench.ws, analysis, release, bench.run_id)
    without = bench.release(bench.publish("daily_heat", _with("heat_mwh", lambda values: [None] * len(values))))
    with pytest.raises(StepError, match="too few rows"):
        train(bench.ws, read_analyses(project(DEFINITION))["demand"], without, bench.run_id)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_and_infinity_are_named_with_their_row(bench: Bench, analysis: Analysis, value: float) -> None:
    release = bench.release(bench.publish("daily_heat", _with("outdoor_c", lambda v: [*v[:5], value, *v[6:]])))
    with pytest.raises(StepError) as caught:
        train(bench.ws, analysis, release, bench.run_id)
    assert caught.value.what == 'the column "outdoor_c" holds NaN or infinity in 1 of 572 rows'
    assert caught.value.where == "analyses/demand.yaml:11"
    assert f"`d.outdoor_c` gives {value} for device=L4, day=2021-01-06" in caught.value.why
    assert "nullif" in caught.value.next


def test_a_join_that_multiplies_rows_is_refused_and_leaves_nothing(bench: Bench, project: Write, release: int) -> None:
    analysis = read_analyses(project(DEFINITION.replace("w.device = d.device and ", "")))["demand"]
    with pytest.raises(GrainError) as caught:
        train(bench.ws, analysis, release, bench.run_id)
    assert caught.value.what == "the grain of demand_features does not identify its rows"
    assert "2 rows have device=L4, day=2021-01-08" in caught.value.why
    assert not list(bench.ws.project.storage.rglob("analysis/**/*.parquet"))


def test_a_feature_of_a_type_that_no_model_reads_is_refused(bench: Bench, project: Write, release: int) -> None:
    analysis = read_analyses(project(DEFINITION.replace("sql: d.outdoor_c}", "sql: d.day}")))["demand"]
    with pytest.raises(StepError, match='no model can read the column "outdoor_c"') as caught:
        train(bench.ws, analysis, release, bench.run_id)
    assert "date_part" in caught.value.next


def test_a_model_that_cannot_read_missing_values_says_so(bench: Bench, project: Write, release: int) -> None:
    analysis = read_analyses(project(DEFINITION.replace("  impute: median\n", "")))["demand"]
    with pytest.raises(StepError) as caught:
        train(bench.ws, analysis, release, bench.run_id)
    assert caught.value.what == 'candidate "linear" cannot read features without a value'
    assert caught.value.why.startswith("last_week have none in ")
    assert "impute: median" in caught.value.next


def test_a_metric_that_is_not_defined_cannot_choose(bench: Bench, project: Write) -> None:
    analysis = read_analyses(project(DEFINITION.replace("metric: mae", "metric: mape")))["demand"]
    zero = bench.release(bench.publish("daily_heat", _with("heat_mwh", lambda values: [0.0, *values[1:]])))
    with pytest.raises(StepError, match='the metric "mape" is not defined') as caught:
        train(bench.ws, analysis, zero, bench.run_id)
    assert "`metric: wape`" in caught.value.next


def test_a_project_error_of_a_candidate_stops_before_anything_is_deployed(
    bench: Bench, project: Write, release: int
) -> None:
    analysis = read_analyses(project(DEFINITION.replace("max_leaf_nodes: 6", "max_leafs: 6")))["demand"]
    with pytest.raises(ProjectError, match='"max_leafs" is no hyperparameter'):
        train(bench.ws, analysis, release, bench.run_id)
    with bench.ws.catalog.read() as connection:
        assert models.deployed(connection, "demand") is None
