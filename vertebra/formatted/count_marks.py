"""How many delimiters stand between the fields of whole records, at most (G2)."""

from __future__ import annotations

import numpy as np


def delimiters(block: bytes, delimiter: bytes, quote: bytes, expected: int) -> int:
    r"""Delimiters in a block of whole records whose quotes are in order.

    Those inside of quotes are left out, but where there are as many as expected with them: then a reader that refuses
    records with too few fields knows that none has too many. They are counted, too, where a delimiter has several
    characters.

    Parameters
    ----------
    expected : int
        As many as there are if every record is as wide as those before.

    Examples
    --------
    >>> delimiters(b'a,"b,c"\nd,e\n', b",", b'"', 2)
    2
    """
    if len(delimiter) > 1:
        return block.count(delimiter)
    text = np.frombuffer(block, dtype=np.uint8)
    marks = text == delimiter[0]
    every = int(np.count_nonzero(marks))
    if every == expected or not quote or quote not in block:
        return every
    between = np.add.reduceat(marks.view(np.uint8), np.flatnonzero(text == quote[0]), dtype=np.intp)
    return every - int(between[0::2].sum())  # from one that opens to one that closes
