"""Arrow arrays as numpy's and back, not by `to_numpy` and `pa.array`: those import pandas, which takes a while."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def numbers(values: pa.Array) -> npt.NDArray[Any]:
    """Numbers, none of which is missing.

    Examples
    --------
    >>> numbers(pa.array([1, 2, 3])[1:]).tolist()
    [2, 3]
    """
    return np.from_dlpack(values) if len(values) else np.empty(0, dtype=values.type.to_pandas_dtype())


def doubles(values: pa.Array) -> npt.NDArray[np.float64]:
    """Numbers as doubles, missing ones as NaN.

    Examples
    --------
    >>> doubles(pa.array([1, None, 3])).tolist()
    [1.0, nan, 3.0]
    """
    found = pc.cast(values, pa.float64(), safe=False)
    if not found.null_count:
        return numbers(found)
    places = np.flatnonzero(numbers(pc.cast(pc.is_valid(found), pa.uint8())))
    filled = np.full(len(found), np.nan)
    filled[places] = numbers(found.drop_null())
    return filled


def places(numbers_: npt.NDArray[np.int64]) -> pa.Array:
    """Places of values, as `take` wants them."""
    return pa.Array.from_buffers(pa.int64(), len(numbers_), [None, pa.py_buffer(np.ascontiguousarray(numbers_))])
