"""What single values say: shape, frequent values, lengths and patterns, from Arrow arrays of sampled rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vertebra.profile.arrays import doubles, numbers, places
from vertebra.profile.counts import KEPT, Counts, counts
from vertebra.profile.digest import Digest, digest, weighted
from vertebra.profile.kinds import Kind, cut, spelled
from vertebra.profile.part import Sampled

_EXACT = 2**53  # whole numbers beyond it have no double of their own
_PATTERN = 64  # characters of a text whose pattern is looked at


def look(kind: Kind, type_: str, values: pa.Array, lengths: pa.Array | None, weight: float) -> Sampled:
    """What some values of a column say, each of which stands for `weight` of them.

    Parameters
    ----------
    kind : Kind
        Of the column.
    type_ : str
        As the engine spells it.
    values : pyarrow.Array
        As the engine gives them; of a long text its first characters.
    lengths : pyarrow.Array or None
        Of texts.
    weight : float
        At least 1.
    """
    values = values.drop_null()
    match kind:
        case Kind.OTHER:
            return Sampled()
        case Kind.TEXT:
            assert lengths is not None  # noqa: S101  the query asks for both
            found, many = _distinct(values)
            return Sampled(
                digest(doubles(lengths.drop_null()), weight),
                _frequent(cut, found, many, weight),
                _patterns(found, many, weight),
            )
        case Kind.BOOLEAN:
            found, many = _distinct(values)
            return Sampled(None, _frequent(lambda value: spelled(kind, value), found, many, weight))
        case Kind.DECIMAL:
            found, many = _distinct(values)
            return Sampled(_of_doubles(doubles(values), weight), _frequent(str, found, many, weight))
        case Kind.DATE | Kind.TIMESTAMP:
            array = numbers(pc.cast(values, pa.int32() if kind is Kind.DATE else pa.int64()))
            finite = np.abs(array) != np.iinfo(array.dtype).max  # what the engine keeps infinity as
            points, many = np.unique(array[finite], return_counts=True)
            top = _frequent(lambda value: spelled(kind, value, type_), points, many, weight)
            return Sampled(weighted(points.astype(np.float64), np.asarray(many * weight, dtype=np.float64)), top)
        case _:
            array = numbers(values)
            points, many = np.unique(array[np.isfinite(array)], return_counts=True)
            top = _frequent(lambda value: spelled(kind, value, type_), points, many, weight)
            if kind is Kind.INTEGER and len(points) and max(abs(int(points[0])), abs(int(points[-1]))) > _EXACT:
                top = _frequent(str, points, many, weight)
            return Sampled(weighted(points.astype(np.float64), np.asarray(many * weight, dtype=np.float64)), top)


def pattern(text: str) -> str:
    """The pattern of a text: `A` for a capital, `a` for another letter, `9` for a digit, all else as it is.

    Examples
    --------
    >>> pattern("Ab-12 ŽÅ"), pattern("x_1")
    ('Aa-99 AA', 'a_9')
    """
    return text[:_PATTERN].translate(_CLASSES) + "…" * (len(text) > _PATTERN)


def _class(letter: str) -> str:
    if letter.isalpha():
        return "A" if letter.isupper() else "a"
    return "9" if letter.isdecimal() else letter


class _Classes(dict[int, str]):
    """The class of each character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = _class(letter)
        return self[code]


_CLASSES = _Classes()


def _of_doubles(values: npt.NDArray[np.float64], weight: float) -> Digest:
    return digest(values[np.isfinite(values)], weight)


def _distinct(values: pa.Array) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    found = pc.value_counts(values)
    return found.field("values"), numbers(found.field("counts"))


def _patterns(texts: pa.Array, many: npt.NDArray[np.int64], weight: float) -> Counts:
    items: dict[str, float] = {}
    for text, count in zip(texts.to_pylist(), many.tolist(), strict=True):
        found = pattern(text)
        items[found] = items.get(found, 0.0) + count * weight
    return counts(items)


def _frequent(spell: Callable[[Any], str], values: Any, many: npt.NDArray[np.int64], weight: float) -> Counts:
    """The counts of frequent values; of many different ones, those that occur once are not told apart."""
    chosen = np.arange(len(many))
    missed = 0.0
    if len(many) > KEPT:
        chosen = np.flatnonzero(many > 1)
        if len(chosen) > KEPT:
            least = np.partition(many[chosen], -KEPT)[-KEPT]
            chosen = np.flatnonzero(many >= least)  # equally frequent ones are put in order by `counts`
        left = np.delete(many, chosen)
        missed = float(left.max()) * weight if len(left) else 0.0
    picked = values.take(places(chosen)).to_pylist() if isinstance(values, pa.Array) else values[chosen].tolist()
    items: dict[str, float] = {}
    for value, count in zip(picked, many[chosen].tolist(), strict=True):
        text = spell(value)
        items[text] = items.get(text, 0.0) + count * weight
    return counts(items, missed)
