"""Which columns identify a record, and which columns decide others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from vertebra.formatted.draft.decision import Alternative, Decision
from vertebra.formatted.draft.logical.verify import Distinct

if TYPE_CHECKING:
    import numpy as np

_KEY_TYPES = ("text", "integer", "date", "timestamp")
_WORDS = frozenset(
    ["id", "key", "code", "nr", "no", "number", "nummer", "uuid", "guid", "pk", "kod", "sifra", "codigo"]
)
_LONG = 60  # characters of a text that is no identifier
_CANDIDATES = 40
_COLUMNS = 16  # columns that pairs and dependencies are looked for among
_ALMOST = 0.01  # share of exceptions up to which a dependency is worth telling
_SHOWN = 3  # exceptions that are named
_SEEN = 50  # records below which nothing is said


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column, as far as keys are concerned.

    Parameters
    ----------
    name, type : str
        As in the template.
    words : frozenset of str
        Of its name.
    texts : sequence of str or None
        In the sampled records.
    of_file : bool
        Is it a field of the file name?
    """

    name: str
    type: str
    words: frozenset[str]
    texts: Sequence[str | None]
    of_file: bool = False


def candidates(columns: Sequence[Column]) -> tuple[tuple[str, ...], ...]:
    """Columns, one or two and fields of the file name, that tell all sampled records apart; the likeliest first."""
    able = [column for column in columns if _able(column)]
    own = [column for column in able if not column.of_file]
    fields = [column for column in columns if column.of_file and len(set(column.texts)) > 1]
    found: list[tuple[Column, ...]] = []
    sets: list[tuple[Column, ...]] = []
    for size in (1, 2):
        for some in combinations(own if size == 1 else own[:_COLUMNS], size):
            sets += [some, *((field, *some) for field in fields)]
            if len(fields) > 1:
                sets.append((*fields, *some))
    for some in sorted(sets, key=len):
        smaller = any(set(one) <= set(some) for one in found)
        if not smaller and _unique(some):
            found.append(some)
    found.sort(key=_rank)
    return tuple(tuple(column.name for column in some) for some in found[:_CANDIDATES])


def _able(column: Column) -> bool:
    if column.type not in _KEY_TYPES or any(text is None for text in column.texts):
        return False
    texts = set(column.texts)
    return len(texts) > 1 and max(len(text or "") for text in texts) <= _LONG


def _unique(columns: Sequence[Column]) -> bool:
    rows = list(zip(*(column.texts for column in columns), strict=True))
    return len(set(rows)) == len(rows)


def _rank(columns: Sequence[Column]) -> tuple[int, int, int, int]:
    """Less is better: few columns, named as identifiers, whole times and codes rather than words."""
    own = [column for column in columns if not column.of_file]
    named = sum(not _WORDS.isdisjoint(column.words) for column in own)
    kinds = sum({"timestamp": 0, "date": 0, "integer": 1, "text": 1}[column.type] for column in own)
    return len(own) - (1 if named else 0), len(columns), kinds, -named


def key_decision(
    tried: Sequence[tuple[tuple[str, ...], Distinct]], records: int, different: int | None, share: int
) -> tuple[tuple[str, ...], Decision]:
    """The key, from how many different values candidates have in all records.

    Parameters
    ----------
    tried : sequence of (tuple of str, int)
        Candidates, their different values, and the records that were counted for them.
    records : int
        Records that were read.
    different : int or None
        Different records, where that was counted.
    share : int
        Of so many values one was counted; then only the first candidate was tried, for want of time.
    """
    keys = [key for key, count in tried if count.values == count.records]
    again = [key for key, count in tried if different is not None and count.values == different < records]
    almost = [(key, c.records - c.values) for key, c in tried if 0 < c.records - c.values <= max(c.records // 1000, 2)]
    others = tuple(Alternative(list(key), 0.3, "it tells all records apart, too") for key in keys[1:4])
    if keys:
        good = min(0.9, 0.6 + 0.05 * min(records, 100) / 10)
        confidence = good if len(keys) == 1 else good - 0.15
        why = f"no two of {records} records have the same {' and '.join(keys[0])}"
        if share > 1:
            why += f"; one of {share} values was looked at, with all its records"
            confidence -= 0.05
        return keys[0], Decision("key", list(keys[0]), round(confidence, 2), why, alternatives=others)
    if again:
        why = (
            f"records with the same {' and '.join(again[0])} are the same in all columns: {records - (different or 0)}"
        )
        return again[0], Decision("key", list(again[0]), 0.7, f"{why} are repeated")
    how = "no column, and no two, tell" if share == 1 else "no column that was tried tells"
    why = f"{how} all records apart"
    nearly = tuple(Alternative(list(key), 0.2, f"{count} records repeat it") for key, count in almost[:3])
    return (), Decision("key", [], 0.8, why, alternatives=nearly)


def dependencies(columns: Sequence[Column]) -> tuple[Decision, ...]:
    """Columns that decide others, in the sampled records; the exceptions of those that nearly do are named."""
    import numpy as np

    rows = len(columns[0].texts) if columns else 0
    if rows < _SEEN:
        return ()
    some = [column for column in columns if 1 < len(set(column.texts)) <= rows // 2][:_COLUMNS]
    codes = {column.name: _codes(column.texts) for column in some}
    found: list[Decision] = []
    decided: dict[str, set[str]] = {column.name: set() for column in some}
    able = [column.name for column in some if column.type in _KEY_TYPES]
    for size in (1, 2):
        for left in combinations(able, size):
            both = codes[left[0]] if size == 1 else _paired(codes[left[0]], codes[left[1]])
            if both.max() + 1 > rows // 2:
                continue
            for right, own in codes.items():
                if right in left or not decided[right].isdisjoint(left):
                    continue
                wrong = _exceptions(both, own)
                if wrong > (_ALMOST * rows if size == 1 else 0):
                    continue
                decided[right].update(left)
                found.append(_dependency(left, right, wrong, rows, np.asarray(both), columns))
    return tuple(found[:_CANDIDATES])


def _codes(texts: Sequence[str | None]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    import numpy as np

    known: dict[str | None, int] = {}
    return np.fromiter((known.setdefault(text, len(known)) for text in texts), np.int64, len(texts))


def _paired(
    left: np.ndarray[tuple[int], np.dtype[np.int64]], right: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    import numpy as np

    found: np.ndarray[tuple[int], np.dtype[np.int64]] = np.unique(
        left * (right.max() + 1) + right, return_inverse=True
    )[1]
    return found


def _exceptions(
    left: np.ndarray[tuple[int], np.dtype[np.int64]], right: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> int:
    """The fewest records without which the left decides the right (g3 of Kivinen and Mannila, 1995)."""
    import numpy as np

    pairs, counts = np.unique(left * (right.max() + 1) + right, return_counts=True)
    best = np.zeros(int(left.max()) + 1, dtype=np.int64)
    np.maximum.at(best, pairs // (right.max() + 1), counts)
    return len(left) - int(best.sum())


def _dependency(
    left: Sequence[str],
    right: str,
    wrong: int,
    rows: int,
    both: np.ndarray[tuple[int], np.dtype[np.int64]],
    columns: Sequence[Column],
) -> Decision:
    about = f"dependencies.{right}"
    value = {"from": list(left), "to": right}
    if not wrong:
        return Decision(
            about, value, 0.9, f"{' and '.join(left)} decides {right} in all {rows} records that were looked at"
        )
    texts = {column.name: column.texts for column in columns}
    seen: dict[int, str | None] = {}
    odd: list[str] = []
    for number, code in enumerate(both.tolist()):
        if seen.setdefault(code, texts[right][number]) != texts[right][number] and len(odd) < _SHOWN:
            odd.append(f"{', '.join(str(texts[name][number]) for name in left)}: {texts[right][number]}")
    why = f"{' and '.join(left)} decides {right} but for {wrong} of {rows} records: {'; '.join(odd)}"
    return Decision(about, value, round(0.8 * (1 - wrong / rows), 2), why)
