"""The columns of a draft: read from a sample, held against every value, read again where a value contradicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from vertebra.formatted.draft.decision import Alternative
from vertebra.formatted.draft.logical.dates import zone_of
from vertebra.formatted.draft.logical.matching import Joined
from vertebra.formatted.draft.logical.raw import Raw
from vertebra.formatted.draft.logical.rules import read
from vertebra.formatted.draft.logical.semantics import meaning_of
from vertebra.formatted.draft.logical.templates import rival_of, template_of
from vertebra.formatted.draft.logical.units import unit_of
from vertebra.formatted.draft.logical.values import Reading, Values
from vertebra.formatted.draft.logical.verify import Checked, Verified, doubts, misfits, verify
from vertebra.project import ColumnTemplate

_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Drafted:
    """A column of a draft.

    Parameters
    ----------
    joined : Joined
        Where it is in the files.
    values : Values
        Its texts, as far as they were looked at.
    reading : Reading
        How they are read.
    template : ColumnTemplate
        What becomes of it; `nulls` holds all its words for "no value", the empty text included.
    """

    joined: Joined
    values: Values
    reading: Reading
    template: ColumnTemplate


def draft_columns(
    joined: Sequence[Joined], names: Sequence[str], values: Sequence[Values], *, blank_is_null: bool | None = None
) -> list[Drafted]:
    """Columns as a sample tells them.

    Parameters
    ----------
    blank_is_null : bool, optional
        Does an empty text mean "no value" in a column of words? It does where no other word does.
    """
    readings = [read(own) for own in values]
    blank = not any(_strong(reading) for reading in readings) if blank_is_null is None else blank_is_null
    return [
        _drafted(one, name, own, reading, blank=blank)
        for one, name, own, reading in zip(joined, names, values, readings, strict=True)
    ]


def _strong(reading: Reading) -> bool:
    return reading.type == "text" and bool(reading.settings.get("nulls"))


def _drafted(joined: Joined, name: str, values: Values, reading: Reading, *, blank: bool) -> Drafted:
    never = values.spoken and "" not in values.counts
    empty = ("",) if (blank or reading.type != "text") and not never else ()
    reading_ = replace(reading, settings={**reading.settings, "nulls": (*empty, *reading.settings.get("nulls", ()))})
    zone = zone_of(values, reading)[0] if reading.type == "timestamp" else ""
    unit = unit_of(values.name, values.words)
    meaning = meaning_of(values.without(reading_.settings["nulls"]), reading.type)
    template = template_of(
        name,
        origins(joined),
        reading_,
        timezone=zone,
        optional=any(at is None for at in joined.at),
        unit=unit[0] if unit and not reading.settings.get("unit") and reading.type in _MEASURED else "",
        semantic=meaning.semantic if meaning else "",
        personal=bool(meaning and meaning.personal),
    )
    if reading.settings.get("unit"):
        template = replace(template, unit=reading.settings["unit"])
    return Drafted(joined, values, reading, template)


_MEASURED = ("integer", "double", *(f"decimal({p},{s})" for p in (18, 38) for s in range(38)))


def origins(joined: Joined) -> tuple[str, ...]:
    """Where a template finds a column."""
    if joined.positional:
        return tuple(dict.fromkeys(f"#{at + 1}" for at in joined.at if at is not None))
    return joined.names


def settle(
    raw: Raw,
    drafted: list[Drafted],
    fields: Mapping[str, Sequence[str]],
    fixed: Sequence[ColumnTemplate],
    keys: Sequence[tuple[str, ...]],
    deadline: float,
    share: int = 1,
) -> tuple[list[Drafted], Verified]:
    """Hold the columns against every value, and read again those that a value contradicts.

    Parameters
    ----------
    fixed : sequence of ColumnTemplate
        Columns from fields of the file names.
    keys : sequence of tuple of str
        Names of columns whose different values are to be counted.
    deadline : float
        Of the monotonic clock: no round begins behind it.
    share : int
        Of so many values of `keys` one is counted.
    """
    verified: Verified | None = None
    for number in range(_ROUNDS):
        columns = [(one.joined, one.template) for one in drafted]
        every = [*columns, *((None, template) for template in fixed)]
        rivals = _rivals(drafted)
        pool = [*every, *((one.joined, template) for one, template in rivals)]
        verified = verify(raw, pool, fields, keys if number == 0 or share == 1 else (), share)
        drafted = [_told(one, rivals, verified) for one in drafted]
        again = [one for one in drafted if doubts(one.template, verified.columns[one.template.name])]
        again = [
            one for one in again if verified.columns[one.template.name].misfits != sum(one.reading.misfits.values())
        ]
        if not again:
            break
        if number == _ROUNDS - 1 or (number and monotonic() > deadline):
            for one in again:
                drafted[drafted.index(one)] = _unsettled(one, verified.columns[one.template.name])
            break
        last = number == _ROUNDS - 2
        for one in again:
            checked = verified.columns[one.template.name]
            drafted[drafted.index(one)] = _again(raw, one, checked, fields, last=last)
    assert verified is not None  # noqa: S101  there is a first round
    return drafted, verified


def _unsettled(one: Drafted, checked: Checked) -> Drafted:
    """A column that there was no time to read again: what does not fit is said, and a load quarantines it."""
    why = f"{one.reading.why}; {checked.misfits} of {checked.texts} values do not fit and are quarantined"
    other = Alternative({"type": "text"}, 0.4, "keeps every text")
    alternatives = (*one.reading.alternatives, other)
    return replace(one, reading=replace(one.reading, confidence=0.6, why=why, alternatives=alternatives))


def _rivals(drafted: Sequence[Drafted]) -> list[tuple[Drafted, ColumnTemplate]]:
    """Templates of what else a column of times or numbers could be: a late value may tell."""
    found = []
    for one in drafted:
        for number, other in enumerate(one.reading.alternatives):
            if isinstance(other.value, dict) and _comparable(one.reading.type, other.value):
                name = f"{one.template.name}?{number}"
                found.append((one, replace(rival_of(one.template, other.value), name=name)))
    return found


def _comparable(type_: str, value: Mapping[str, Any]) -> bool:
    """Does a value that fits one of the two and not the other tell which is meant?"""
    numbers = all(kind.startswith(("integer", "double", "decimal")) for kind in (type_, value["type"]))
    return (numbers or type_ == value["type"]) and "nulls" not in value


def _told(one: Drafted, rivals: Sequence[tuple[Drafted, ColumnTemplate]], verified: Verified) -> Drafted:
    """Take an alternative away that some value contradicts."""
    mine = verified.columns[one.template.name]
    beaten = [t for other, t in rivals if other is one and verified.columns[t.name].misfits > mine.misfits]
    if not beaten or mine.misfits:
        return one
    numbers = {int(template.name.rsplit("?", 1)[1]) for template in beaten}
    kept = tuple(other for number, other in enumerate(one.reading.alternatives) if number not in numbers)
    count = verified.columns[beaten[0].name].misfits
    why = f"{count} later values of {mine.texts} can only be read so"
    return replace(
        one, reading=replace(one.reading, confidence=max(one.reading.confidence, 0.97), why=why, alternatives=kept)
    )


def _again(raw: Raw, one: Drafted, checked: Checked, fields: Mapping[str, Sequence[str]], *, last: bool) -> Drafted:
    """Read a column again with the texts that contradict; as text where that does not end."""
    test = doubts(one.template, checked)
    found = misfits(raw, [(one.joined, one.template)], fields, one.template.name, test)
    counts = {**one.values.counts, **found}
    values = replace(one.values, counts=counts, whole=checked.texts)
    reading = read(values)
    same = (reading.type, reading.settings) == (one.reading.type, one.reading.settings)
    if (same and checked.misfits > sum(reading.misfits.values())) or (last and reading.type != "text" and not same):
        shown = ", ".join(map(repr, list(found)[:3]))
        other = Alternative({"type": one.reading.type}, 0.3, f"{checked.misfits} values do not fit")
        why = f"{checked.misfits} of {checked.texts} values are no {one.reading.type}: {shown}"
        reading = Reading("text", 0.7, why, alternatives=(other,))
    blank = "" in one.template.nulls
    return _drafted(one.joined, one.template.name, values, reading, blank=blank)
