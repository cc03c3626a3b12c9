"""Judge a candidate: fitted and judged fold by fold, then fitted on all training rows and judged on the validation."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vertebra.analysis.definition import Analysis, Candidate
from vertebra.analysis.matrix import Matrix
from vertebra.analysis.metrics import judge
from vertebra.analysis.pipeline import fit, pipeline
from vertebra.analysis.split import TRAINING, VALIDATION, rounds
from vertebra.errors import StepError
from vertebra.governance.models import Metric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

CROSS_VALIDATION = "cross-validation"
_MANY = 50_000  # rows from which trees gain by threads


@dataclass(frozen=True, slots=True)
class Parted:
    """Rows and where each belongs.

    Parameters
    ----------
    data : Matrix
        The rows.
    part : array of str, shape (rows,)
        `training`, `gap`, `validation` or `unlabelled`.
    fold : array of int64, shape (rows,)
        1-based fold of a training row, else 0.
    """

    data: Matrix
    part: NDArray[np.str_]
    fold: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fitted model and how good it is.

    Parameters
    ----------
    pipe : Pipeline
        Fitted on all training rows.
    predicted : array of float64, shape (rows,)
        For a training row by the model that did not learn from its fold, for a validation row by `pipe`; else NaN.
    metrics : tuple of Metric
        Of both parts.
    rows : int
        Training rows.
    seconds : float
        That the last fit took.
    warnings : tuple of str
        What libraries said meanwhile.
    """

    pipe: Pipeline
    predicted: NDArray[np.float64]
    metrics: tuple[Metric, ...]
    rows: int
    seconds: float
    warnings: tuple[str, ...]


def evaluate(analysis: Analysis, candidate: Candidate, setting: Mapping[str, Any], rows: Parted) -> Verdict:
    """Cross-validate one setting, fit it on all training rows, and validate it.

    Every fit begins with a new pipeline, so bounds, medians, means and categories come from its learning rows alone.

    Raises
    ------
    StepError
        If it cannot be fitted, or predicts what is no number.
    """
    with threads(len(rows.data.y)):
        return _evaluate(analysis, candidate, setting, rows)


@contextmanager
def threads(rows: int) -> Iterator[None]:
    """Fix the threads of numeric libraries, so that the number of cores decides no order of additions.

    Linear algebra gets one. Trees add in a fixed order whatever their threads, and get one where there are few rows:
    there, waiting for each other takes longer than the work.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1, user_api="blas" if rows > _MANY else None):
        yield


def _evaluate(analysis: Analysis, candidate: Candidate, setting: Mapping[str, Any], rows: Parted) -> Verdict:
    import numpy as np

    data = rows.data
    predicted = np.full(data.y.shape, np.nan)
    said: dict[str, None] = {}
    for _, learning, judged in rounds(data.time, rows.fold, analysis.split):
        blank = pipeline(analysis, candidate, setting, data.texts)
        fitted = fit(blank, candidate, setting, data.x[learning], data.y[learning])
        predicted[judged] = fitted.pipe.predict(data.x[judged])
        said.update(dict.fromkeys(fitted.warnings))
    training, held_out = rows.part == TRAINING, rows.part == VALIDATION
    began = clock.perf_counter()
    blank = pipeline(analysis, candidate, setting, data.texts)
    fitted = fit(blank, candidate, setting, data.x[training], data.y[training])
    seconds = clock.perf_counter() - began
    predicted[held_out] = fitted.pipe.predict(data.x[held_out])
    said.update(dict.fromkeys(fitted.warnings))
    if not np.isfinite(predicted[training | held_out]).all():
        raise StepError(
            f'candidate "{candidate.name}" predicts what is no number',
            where=candidate.where,
            why=f"with {dict(setting)} a prediction is infinite or NaN",
            next_="mend its hyperparameters, or `prepare: {standardise: true}`",
        )
    metrics = (*_metrics(analysis, rows, predicted, training), *_metrics(analysis, rows, predicted, held_out))
    return Verdict(fitted.pipe, predicted, metrics, int(training.sum()), seconds, tuple(said))


def _metrics(
    analysis: Analysis, rows: Parted, predicted: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> tuple[Metric, ...]:
    part = CROSS_VALIDATION if rows.fold[chosen].any() else VALIDATION
    slices = {name: values[chosen] for name, values in rows.data.slices(analysis.slices).items()}
    return tuple(judge(part, rows.data.y[chosen], predicted[chosen], slices, rows.fold[chosen]))
