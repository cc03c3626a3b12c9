"""Numbers and times as text, a column at a time: an array of characters, and which of them are shown.

No locale, no `repr` and no rounding is involved: a number comes as a whole number of its last decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vertebra.simulator import clock
from vertebra.simulator.draws import Bools, Bytes, Ints

if TYPE_CHECKING:
    from collections.abc import Sequence

_ZERO, _MINUS, _POINT = b"0-."


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of a file.

    Parameters
    ----------
    characters : array of uint8, rows by width
        ASCII.
    shown : array of bool, rows by width
        Which characters are written.
    """

    characters: Bytes
    shown: Bools


def number(values: Ints, decimals: int, places: int) -> Cells:
    r"""Decimal numbers in their shortest form, with at least one decimal.

    Parameters
    ----------
    values : array of int
        Each the number times 10 to the power of `decimals`.
    decimals : int
        Decimals that a value carries, at least 1.
    places : int
        Digits before the point for which there is room.

    Returns
    -------
    Cells

    Raises
    ------
    OverflowError
        When a number has more digits before the point.

    Examples
    --------
    >>> lines([number(np.array([14636510, -50, 0]), 3, 5)])
    b'14636.51\n-0.05\n0.0\n'
    """
    width = places + decimals + 2  # and a sign and the point
    characters = np.full((len(values), width), _POINT, dtype=np.uint8)
    shown = np.ones((len(values), width), dtype=bool)
    characters[:, 0], shown[:, 0] = _MINUS, values < 0
    rest = np.abs(values)
    trailing = np.ones(len(values), dtype=bool)
    for column in range(width - 1, places + 1, -1):
        rest, digit = _last_digit(rest)
        characters[:, column] = digit
        trailing &= digit == _ZERO
        shown[:, column] = ~trailing if column > places + 2 else True
    for column in range(places, 0, -1):
        shown[:, column] = True if column == places else rest > 0
        rest, digit = _last_digit(rest)
        characters[:, column] = digit
    if rest.any():
        raise OverflowError(f"a number has more than {places} digits before the point")
    return Cells(characters, shown)


def _last_digit(values: Ints) -> tuple[Ints, Bytes]:
    ahead = values // 10
    return ahead, (values - ahead * 10 + _ZERO).astype(np.uint8)


def stamps(seconds: Ints, month: int) -> Cells:
    """Times of one month as `yyyy-mm-dd hh:mm:ss`.

    Parameters
    ----------
    seconds : array of int
        Seconds since the month began.
    month : int
        See `vertebra.simulator.clock`.
    """
    template = np.frombuffer(f"{clock.month_text(month)}-00 00:00:00".encode(), dtype=np.uint8)
    characters = np.repeat(template[np.newaxis], len(seconds), axis=0)
    minutes, second = np.divmod(seconds, 60)
    hours, minute = np.divmod(minutes, 60)
    days, hour = np.divmod(hours, 24)
    for column, part in ((8, days + 1), (11, hour), (14, minute), (17, second)):
        tens = part // 10
        characters[:, column] += tens.astype(np.uint8)
        characters[:, column + 1] += (part - 10 * tens).astype(np.uint8)
    return Cells(characters, np.ones(characters.shape, dtype=bool))


def words(choices: Sequence[str], which: Ints) -> Cells:
    """Texts out of a few.

    Parameters
    ----------
    choices : sequence of str
        ASCII, without delimiters or quotes.
    which : array of int
        Index into the choices for each row.
    """
    width = max(map(len, choices))
    table = np.frombuffer("".join(word.ljust(width) for word in choices).encode("ascii"), dtype=np.uint8)
    long = np.array([[n < len(word) for n in range(width)] for word in choices], dtype=bool)
    return Cells(table.reshape(len(choices), width)[which], long.reshape(len(choices), width)[which])


def lines(columns: Sequence[Cells]) -> bytes:
    """The rows of a comma-separated file; a column without width is empty."""
    rows = len(columns[0].characters)
    width = sum(column.characters.shape[1] + 1 for column in columns)
    characters = np.full((rows, width), ord(","), dtype=np.uint8)
    shown = np.ones((rows, width), dtype=bool)
    at = 0
    for column in columns:
        end = at + column.characters.shape[1]
        characters[:, at:end], shown[:, at:end] = column.characters, column.shown
        at = end + 1
    characters[:, -1] = ord("\n")
    return characters[shown].tobytes()
