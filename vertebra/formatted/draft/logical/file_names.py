"""Fields in the names of files: what varies among them against what stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_TOKENS = re.compile(r"([0-9]+|[^\W\d_]+)")
_DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y", "%Y_%m_%d", "%d_%m_%Y", "%m_%d_%Y", "%Y%m%d", "%d.%m.%Y", "%Y.%m.%d")
_MONTHS = ("%Y-%m", "%m-%Y", "%Y_%m", "%m_%Y", "%Y%m", "%Y.%m", "%m.%Y")
_RECENT = (1900, 2100)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the file names.

    Parameters
    ----------
    name : str
        Between the braces.
    values : tuple of str
        For every file.
    format : str
        strptime pattern of a day or month; empty where it is none.
    certain : bool
        Does no other order of day and month read all of them?
    """

    name: str
    values: tuple[str, ...]
    format: str = ""
    certain: bool = True

    @property
    def is_day(self) -> bool:
        """Does it name a day?"""
        return "%d" in self.format


@dataclass(frozen=True, slots=True)
class NameForm:
    """The form of the names of files."""

    pattern: str
    fields: tuple[Field, ...]


def name_form(names: Sequence[str]) -> NameForm | None:
    """The form that all names of files have, if it has fields.

    Parameters
    ----------
    names : sequence of str
        Of the files; folders before them do not count.

    Examples
    --------
    >>> name_form(["L4_2021-01.csv", "L8_2021-01.csv", "L8_2021-02.csv"]).pattern
    '{part}_{month}.csv'
    >>> name_form(["03-22-2020.csv", "03-23-2020.csv"]).fields[0].format
    '%m-%d-%Y'
    """
    last = [name.rsplit("/", 1)[-1] for name in names]
    if len(set(last)) < 2:
        return None
    parts = [_TOKENS.split(name) for name in last]
    if len({len(part) for part in parts}) > 1 or any(
        len({part[n] for part in parts}) > 1 for n in range(0, len(parts[0]), 2)
    ):
        return _loose(last)
    varying = [n for n in range(1, len(parts[0]), 2) if len({part[n] for part in parts}) > 1]
    runs = _dated(parts, varying)
    fields: list[Field] = []
    text = ""
    position = 0
    taken: set[str] = set()
    for first, end, format_, certain in runs:
        text += "".join(parts[0][position:first])
        values = tuple("".join(part[first:end]) for part in parts)
        name = _called(format_, taken)
        taken.add(name)
        fields.append(Field(name, values, format_, certain))
        text += f"{{{name}}}"
        position = end
    pattern = text + "".join(parts[0][position:])
    if "{}" in pattern or re.search(r"\}\{", pattern):
        return None
    return NameForm(pattern, tuple(fields))


def _loose(names: Sequence[str]) -> NameForm | None:
    """Names of different shapes with the same ending: one field before it."""
    endings = {re.sub(r"^[^.]*", "", name) for name in names}
    if len(endings) > 1 or not next(iter(endings)):
        return None
    (ending,) = endings
    values = tuple(name.removesuffix(ending) for name in names)
    return NameForm("{name}" + ending, (Field("name", values),)) if all(values) else None


def _dated(parts: Sequence[Sequence[str]], varying: Sequence[int]) -> list[tuple[int, int, str, bool]]:
    """What varies, as runs of tokens: those that make a day or a month together, and the others one by one."""
    found: list[tuple[int, int, str, bool]] = []
    done: set[int] = set()
    for size, formats in ((5, _DAYS), (3, _MONTHS), (1, (*_DAYS, *_MONTHS))):
        for first in range(1, len(parts[0]) - size + 1, 2):
            covered = range(first, first + size, 2)
            if not done.isdisjoint(covered) or not any(n in varying for n in covered):
                continue
            texts = ["".join(part[first : first + size]) for part in parts]
            fitting = [format_ for format_ in formats if all(_reads(text, format_) for text in texts)]
            if fitting:
                found.append((first, first + size, fitting[0], len(fitting) == 1))
                done.update(covered)
    for n in varying:
        if n not in done:  # letters and digits without anything between them are one word
            first, last = n, n
            while first > 1 and not any(part[first - 1] for part in parts) and first - 2 not in done:
                first -= 2
            while last + 2 < len(parts[0]) and not any(part[last + 1] for part in parts) and last + 2 not in done:
                last += 2
            found.append((first, last + 1, "", True))
            done.update(range(first, last + 1, 2))
    return sorted(found)


def _reads(text: str, format_: str) -> bool:
    if len(text) != len(datetime(2020, 12, 12).strftime(format_)):  # noqa: DTZ001  only its length counts
        return False
    try:
        day = datetime.strptime(text, format_)  # noqa: DTZ007  a day has no zone
    except ValueError:
        return False
    return _RECENT[0] <= day.year <= _RECENT[1]


def _called(format_: str, taken: set[str]) -> str:
    base = "day" if "%d" in format_ else "month" if format_ else "part"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name
