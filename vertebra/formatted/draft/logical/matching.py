"""Columns of files with different headers: which of them are the same column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from vertebra.formatted.draft.decision import Alternative, Decision
from vertebra.formatted.draft.logical.names import canonical, words_of

_ENOUGH = 0.55
_SHORT, _NEAR = 3, 0.4  # letters of a name that tells something; likeness of two names
_NUMBERS = 0.6  # weight of lying in the same range, against being the same
_CONTENT = 0.65  # weight of what the columns hold, against what they are called


@dataclass(frozen=True, slots=True)
class Joined:
    """One column, over all shapes of files.

    Parameters
    ----------
    names : tuple of str
        What it is called, the most telling first.
    at : tuple of int or None
        Its place, from 0, in the records of each shape; None where they do not have it.
    positional : bool
        Is it found by its place alone?
    decision : Decision or None
        Why columns of different names were taken for one.
    """

    names: tuple[str, ...]
    at: tuple[int | None, ...]
    positional: bool = False
    decision: Decision | None = None


def join_columns(
    shapes: Sequence[tuple[str, ...]], texts: Sequence[Sequence[Mapping[str, int]]], stems: Sequence[frozenset[str]]
) -> tuple[Joined, ...]:
    """The columns of all shapes, those of the widest in its order, then the others.

    Parameters
    ----------
    shapes : sequence of tuple of str
        Names of the columns of each.
    texts : sequence of sequence of mapping
        For each shape and column the texts that were seen.
    stems : sequence of frozenset of str
        Names of the files of each shape, without their endings.
    """
    if len(shapes) > 1 and (own := _named_after_file(shapes, stems)) is not None:
        return own
    base = max(range(len(shapes)), key=lambda number: (len(shapes[number]), number))
    order = [base, *(number for number in range(len(shapes)) if number != base)]
    found: list[dict[int, int]] = []
    called: list[list[str]] = []
    for shape in order:
        names = shapes[shape]
        free = list(range(len(names)))
        for test in (_same, _alike):
            for at in tuple(free):
                for column, others in zip(found, called, strict=True):
                    if shape not in column and names[at] and test(names[at], others) and names.count(names[at]) == 1:
                        column[shape] = at
                        free.remove(at)
                        if names[at] not in others:
                            others.append(names[at])
                        break
        for at in free:
            found.append({shape: at})
            called.append([names[at]])
    joined = [_joined(tuple(others), column, shapes) for column, others in zip(found, called, strict=True)]
    return _by_content(joined, texts)


def kinds_of(shapes: Sequence[tuple[str, ...]], stems: Sequence[frozenset[str]]) -> list[list[int]]:
    """Shapes that have columns in common, together; without names it is their number that they have in common.

    Examples
    --------
    >>> kinds_of([("id", "name"), ("ID", "Name", "age"), ("x", "y")], [frozenset()] * 3)
    [[0, 1], [2]]
    """
    if len(shapes) > 1 and _named_after_file(shapes, stems) is not None:
        return [list(range(len(shapes)))]
    found: list[list[int]] = []
    for number in sorted(range(len(shapes)), key=lambda n: -len(shapes[n])):
        home = next((kind for kind in found if any(_related(shapes[number], shapes[other]) for other in kind)), None)
        if home is None:
            found.append([number])
        else:
            home.append(number)
    return sorted(sorted(kind) for kind in found)


def _related(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """Is a third of the columns of the narrower among the others?"""
    left, right = ({canonical(name, 0) for name in names if name} for names in (one, two))
    if not left or not right:
        return len(one) == len(two)
    return 3 * len(left & right) >= min(len(left), len(right))


def _joined(names: tuple[str, ...], column: Mapping[int, int], shapes: Sequence[tuple[str, ...]]) -> Joined:
    at = tuple(column.get(number) for number in range(len(shapes)))
    name = names[0]
    twice = any(shapes[number].count(name) > 1 for number in column)
    return Joined(names, at, positional=not name or twice or name.startswith(("#", "file_name.")))


def _same(name: str, others: Sequence[str]) -> bool:
    return name in others


def _alike(name: str, others: Sequence[str]) -> bool:
    """Is it the same name but for separators, case and accents?"""
    own = canonical(name, 0)
    return any(canonical(other, 0) == own for other in others if other)


def _named_after_file(shapes: Sequence[tuple[str, ...]], stems: Sequence[frozenset[str]]) -> tuple[Joined, ...] | None:
    """Headers that differ in one place alone, where each file has its own name or a part of it."""
    width = len(shapes[0])
    if any(len(shape) != width for shape in shapes):
        return None
    places = [n for n in range(width) if len({shape[n] for shape in shapes}) > 1]
    if len(places) != 1 or len(shapes) < 3:
        return None
    (place,) = places
    if not all(any(_in(shape[place], stem) for stem in own) for shape, own in zip(shapes, stems, strict=True)):
        return None
    every = tuple(range(len(shapes)))
    why = f"column {place + 1} is called after the file in each of them: {shapes[0][place]}, {shapes[1][place]}, …"
    said = Decision("columns.value.from", f"#{place + 1}", 0.9, why)
    return tuple(
        Joined(("value",), tuple(place for _ in every), positional=True, decision=said)
        if n == place
        else Joined((shapes[0][n],), tuple(n for _ in every), positional=not shapes[0][n])
        for n in range(width)
    )


def _in(name: str, stem: str) -> bool:
    return bool(name) and "_".join(words_of(name)) in "_".join(words_of(stem))


def _by_content(joined: list[Joined], texts: Sequence[Sequence[Mapping[str, int]]]) -> tuple[Joined, ...]:
    """Join columns that no shape has both of and that hold the same under names that resemble each other."""
    pairs = []
    for one, left in enumerate(joined):
        for two in range(one + 1, len(joined)):
            right = joined[two]
            if any(a is not None and b is not None for a, b in zip(left.at, right.at, strict=True)):
                continue
            score, why = _resemblance(left, right, texts)
            if score >= _ENOUGH:
                pairs.append((score, one, two, why))
    gone: set[int] = set()
    touched: set[int] = set()
    for score, one, two, why in sorted(pairs, reverse=True):
        if touched.isdisjoint((one, two)):
            left, right = joined[one], joined[two]
            names = (*left.names, *right.names)
            at = tuple(a if a is not None else b for a, b in zip(left.at, right.at, strict=True))
            about = f"columns.{canonical(left.names[0], one + 1)}.from"
            alone = Alternative(list(left.names), round(1 - score, 2), "two columns")
            said = Decision(about, list(names), round(min(score, 0.94), 2), why, alternatives=(alone,))
            joined[one] = replace(left, names=names, at=at, decision=said)
            gone.add(two)
            touched |= {one, two}
    return tuple(column for number, column in enumerate(joined) if number not in gone)


def _resemblance(left: Joined, right: Joined, texts: Sequence[Sequence[Mapping[str, int]]]) -> tuple[float, str]:
    a, b = _texts(left, texts), _texts(right, texts)
    if not a or not b or not left.names[0] or not right.names[0]:
        return 0.0, ""
    shared = len(a & b) / min(len(a), len(b))
    left_span, right_span = _span(a), _span(b)
    if left_span and right_span:
        shared = max(shared, _NUMBERS * _overlap(left_span, right_span))
    one, two = "".join(words_of(left.names[0])), "".join(words_of(right.names[0]))
    name = 1.0 if one.startswith(two) or two.startswith(one) else SequenceMatcher(None, one, two).ratio()
    numbered = re.sub(r"\d", "", one) == re.sub(r"\d", "", two)  # temp1 and temp2 are two columns
    if min(len(one), len(two)) < _SHORT or name < _NEAR or numbered:
        return 0.0, ""
    score = _CONTENT * min(1.0, 1.3 * shared) + (1 - _CONTENT) * name
    return score, "no file has both, the names resemble each other, and so does what they hold"


def _span(texts: frozenset[str]) -> tuple[float, float] | None:
    """Where most of the numbers of a column lie; None where it has others than numbers."""
    try:
        numbers = sorted(float(text) for text in texts)
    except ValueError:
        return None
    edge = len(numbers) // 20
    return numbers[edge], numbers[-1 - edge]


def _overlap(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Share of the narrower of two ranges that lies in the other."""
    both = min(one[1], two[1]) - max(one[0], two[0])
    return max(both, 0.0) / max(min(one[1] - one[0], two[1] - two[0]), 1e-9)


def _texts(column: Joined, texts: Sequence[Sequence[Mapping[str, int]]]) -> frozenset[str]:
    return frozenset(
        text for shape, at in enumerate(column.at) if at is not None for text in texts[shape][at] if text.strip()
    )
