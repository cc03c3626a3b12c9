"""Part rows into training, gap and validation, and training rows into folds, so that neither time nor device leaks.

The scheme, for rows ordered by a time column:

1. Rows without a label are `unlabelled`: predicted, never learnt from, never judged.
2. The last stretch of labelled time (`validation: {last: …}`) is `validation`. It is used once, to judge the models
   that were fitted on all training rows; nothing is chosen by it.
3. The stretch of length `gap` before it is `gap` and stays unused.
4. All earlier labelled rows are `training`. They are cut into `folds` blocks that follow each other in time, about
   equal in rows. A cut never runs through a moment: all devices (or whatever else the grain names) of one moment are
   in one block, so a model never sees another device's reading of a moment that it is judged on.
5. The model judged on a block learns from the training rows outside that block and more than `gap` away from it, on
   both sides (purging and embargo: López de Prado, Advances in Financial Machine Learning, 2018, section 7.4).
   Features look back; a row behind the block that looked back into it would carry its labels. The gap must be as
   long as features look back, and `vertebra.analysis.leakage` holds that on the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vertebra.analysis.definition import Analysis, Split
from vertebra.errors import StepError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Times = NDArray[np.datetime64]
    Rows = NDArray[np.bool_]
    Folds = NDArray[np.int64]

TRAINING, GAP, VALIDATION, UNLABELLED = "training", "gap", "validation", "unlabelled"
PARTS = (TRAINING, GAP, VALIDATION, UNLABELLED)
_FEWEST = 2  # rows of a block; one alone has no spread


def parts(time: Times, labelled: Rows, split: Split) -> NDArray[np.str_]:
    """The part of each row: `training`, `gap`, `validation` or `unlabelled`.

    Examples
    --------
    >>> import numpy as np
    >>> from datetime import timedelta
    >>> days = np.arange("2021-01-01", "2021-01-08", dtype="datetime64[D]").astype("datetime64[us]")
    >>> split = Split("day", timedelta(days=2), 2, timedelta(days=1))
    >>> [str(part)[0] for part in parts(days, np.arange(7) != 6, split)]
    ['t', 't', 't', 'g', 'v', 'v', 'u']
    """
    import numpy as np

    if not labelled.any():
        return np.full(time.shape, UNLABELLED)
    after = time[labelled].max() - np.timedelta64(split.validation)
    before = after - np.timedelta64(split.gap)
    found: NDArray[np.str_] = np.select(
        [~labelled, time > after, time > before], [UNLABELLED, VALIDATION, GAP], TRAINING
    )
    return found


def folds(time: Times, training: Rows, split: Split) -> Folds:
    """The 1-based fold of each training row, 0 for other rows.

    A moment belongs to the fold into which the middle of its rows falls, counted from the beginning of time.
    """
    import numpy as np

    found = np.zeros(time.shape, dtype=np.int64)
    moments, inverse, counts = np.unique(time[training], return_inverse=True, return_counts=True)
    if len(moments):
        middle = np.cumsum(counts) - counts / 2
        found[training] = (1 + np.floor(middle * split.folds / counts.sum()).astype(np.int64))[inverse]
    return found


def learning_rows(time: Times, fold: Folds, number: int, split: Split) -> Rows:
    """The rows that the model judged on a fold learns from."""
    import numpy as np

    block = time[fold == number]
    gap = np.timedelta64(split.gap)
    away = (time < block.min() - gap) | (time > block.max() + gap)
    learning: Rows = (fold > 0) & (fold != number) & away
    return learning


def rounds(time: Times, fold: Folds, split: Split) -> Iterator[tuple[int, Rows, Rows]]:
    """Number, learning rows and judged rows of each fold."""
    for number in range(1, split.folds + 1):
        yield number, learning_rows(time, fold, number, split), fold == number


def check(analysis: Analysis, time: Times, part: NDArray[np.str_], fold: Folds) -> None:
    """Refuse a split that cannot judge anything.

    Raises
    ------
    StepError
        If a block, the validation rows or the rows to learn from are too few.
    """
    split, need = analysis.split, len(analysis.features) + 2
    if (part == VALIDATION).sum() < _FEWEST or (part == TRAINING).sum() < _FEWEST * split.folds:
        raise _too_few(
            analysis,
            f"{(part == TRAINING).sum()} rows are left to learn from, and {(part == VALIDATION).sum()} to validate: "
            f"{split.folds} folds need {_FEWEST} rows each, and so does the validation",
        )
    for number in range(1, split.folds + 1):
        judged = int((fold == number).sum())
        if judged < _FEWEST:
            raise _too_few(analysis, f"fold {number} of {split.folds} has {judged} rows, {_FEWEST} are needed")
        learning = int(learning_rows(time, fold, number, split).sum())
        if learning < need:
            raise _too_few(
                analysis,
                f"fold {number} leaves {learning} rows to learn from, outside a gap of {split.gap}; "
                f"{len(analysis.features)} features need {need} or more",
            )


def _too_few(analysis: Analysis, why: str) -> StepError:
    return StepError(
        f"too few rows for the folds of {analysis.name}",
        where=analysis.where,
        why=why,
        next_="fewer folds, a shorter gap or validation, or a wider `where`",
    )
