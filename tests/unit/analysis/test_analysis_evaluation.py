"""What a fold is judged by was fitted without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.analysis.analysis_bench import DEFINITION, Bench, daily_heat
from vertebra.analysis import read_analyses
from vertebra.analysis.definition import Analysis
from vertebra.analysis.evaluation import Parted, evaluate
from vertebra.analysis.features import publish_features, read_features, sandbox
from vertebra.analysis.matrix import matrix
from vertebra.analysis.pipeline import pipeline
from vertebra.analysis.sets import partition
from vertebra.analysis.split import TRAINING, VALIDATION, learning_rows
from vertebra.errors import ProjectError, StepError

Write = Callable[..., Path]


def _rows(bench: Bench, analysis: Analysis) -> Parted:
    release = bench.release(bench.publish("daily_heat", daily_heat()))
    features = publish_features(bench.ws, analysis, sandbox(bench.ws, analysis, release), bench.run_id)
    return partition(analysis, matrix(analysis, read_features(bench.ws, analysis, features.version)))


def _analysis(project: Write, definition: str = DEFINITION) -> Analysis:
    return read_analyses(project(definition))["demand"]


def _poisoned(rows: Parted, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Parted:
    """The same rows, with absurd features and labels where chosen."""
    x, y = rows.data.x.copy(), rows.data.y.copy()
    x[chosen, 0] = 1e6
    y[chosen] = -1e6
    return replace(rows, data=replace(rows.data, x=x, y=y))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_fold_is_predicted_by_a_model_that_never_saw_it(bench: Bench, project: Write, number: int) -> None:
    analysis = _analysis(project)
    rows = _rows(bench, analysis)
    candidate = analysis.candidates[number]
    verdict = evaluate(analysis, candidate, candidate.settings[0], rows)
    for fold in (1, 3, 5):
        learning = learning_rows(rows.data.time, rows.fold, fold, analysis.split)
        pipe = pipeline(analysis, candidate, candidate.settings[0], rows.data.texts)
        pipe.fit(rows.data.x[learning], rows.data.y[learning])
        judged = rows.fold == fold
        assert pipe.predict(rows.data.x[judged]).tolist() == verdict.predicted[judged].tolist()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_nothing_of_the_judged_block_or_its_gap_reaches_the_model_of_a_fold(
    bench: Bench, project: Write, number: int
) -> None:
    analysis = _analysis(project)
    rows = _rows(bench, analysis)
    candidate = analysis.candidates[number]
    fold = 3
    learning = learning_rows(rows.data.time, rows.fold, fold, analysis.split)
    judged = rows.fold == fold
    honest = evaluate(analysis, candidate, candidate.settings[0], rows).predicted[judged]
    # labels of the block and all of the gap, the validation and the rest may be absurd: the model must not notice
    poisoned = _poisoned(rows, ~learning & ~judged)
    poisoned.data.y[judged] = 1e9
    again = evaluate(analysis, candidate, candidate.settings[0], poisoned).predicted[judged]
    assert again.tolist() == honest.tolist()


def test_bounds_medians_means_and_categories_come_from_the_learning_rows(bench: Bench, project: Write) -> None:
    analysis = _analysis(project)
    rows = _rows(bench, analysis)
    candidate = analysis.candidates[1]
    training = rows.part == TRAINING
    pipe = evaluate(analysis, candidate, candidate.settings[0], rows).pipe
    numbers = pipe.named_steps["prepare"].named_transformers_["numbers"]
    learnt = rows.data.x[training][:, :3].astype(float)
    clipped = np.clip(learnt, np.nanquantile(learnt, 0.01, axis=0), np.nanquantile(learnt, 0.99, axis=0))
    filled = np.where(np.isnan(clipped), np.nanmedian(clipped, axis=0), clipped)
    assert numbers.named_steps["clip"].upper_ == pytest.approx(np.nanquantile(learnt, 0.99, axis=0))
    assert numbers.named_steps["impute"].statistics_ == pytest.approx(np.nanmedian(clipped, axis=0))
    assert numbers.named_steps["standardise"].mean_ == pytest.approx(filled.mean(axis=0))
    assert pipe.named_steps["prepare"].named_transformers_["texts"].categories_[0].tolist() == ["L4", "L8"]


def test_the_validation_rows_are_predicted_and_never_learnt_from(bench: Bench, project: Write) -> None:
    analysis = _analysis(project)
    rows = _rows(bench, analysis)
    candidate = analysis.candidates[1]
    held_out = rows.part == VALIDATION
    honest = evaluate(analysis, candidate, candidate.settings[0], rows)
    poisoned = replace(rows, data=replace(rows.data, y=np.where(held_out, 1e9, rows.data.y)))
    assert evaluate(analysis, candidate, candidate.settings[0], poisoned).predicted[held_out].tolist() == (
        honest.predicted[held_out].tolist()
    )
    assert np.isnan(honest.predicted[~held_out & (rows.part != TRAINING)]).all()


def test_an_unknown_hyperparameter_is_named(bench: Bench, project: Write) -> None:
    analysis = _analysis(project, DEFINITION.replace("alpha: [0.1, 10]", "alfa: 1"))
    with pytest.raises(ProjectError) as caught:
        evaluate(analysis, analysis.candidates[1], analysis.candidates[1].settings[0], _rows(bench, analysis))
    assert caught.value.what == '"alfa" is no hyperparameter of ridge'
    assert caught.value.where == "analyses/demand.yaml:26"
    assert 'did you mean "alpha"' in caught.value.next


def test_a_value_that_the_model_refuses_is_said_in_its_words(bench: Bench, project: Write) -> None:
    analysis = _analysis(project, DEFINITION.replace("alpha: [0.1, 10]", "alpha: -1"))
    with pytest.raises(StepError, match='candidate "linear" cannot be fitted') as caught:
        evaluate(analysis, analysis.candidates[1], analysis.candidates[1].settings[0], _rows(bench, analysis))
    assert "alpha" in caught.value.why
    assert "{'alpha': -1}" in caught.value.next


def test_what_a_library_warns_of_is_kept(bench: Bench, project: Write) -> None:
    changed = DEFINITION.replace("model: ridge, hyperparameters: {alpha: [0.1, 10]}", "model: elastic_net, X").replace(
        "X}", "hyperparameters: {max_iter: 1, alpha: 0.0001}}"
    )
    analysis = _analysis(project, changed)
    verdict = evaluate(analysis, analysis.candidates[1], analysis.candidates[1].settings[0], _rows(bench, analysis))
    assert any("Objective did not converge" in word for word in verdict.warnings)
