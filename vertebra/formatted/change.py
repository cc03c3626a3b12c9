"""What a changed template means for the rows that stand, so that no more is read again than must be.

Values that stand can stay wherever the new template would read them in the same way. Three things are told apart:
nothing in the files would be read otherwise; only what is in quarantine could be (a further date pattern, a word more
for `true`); or values that stand could be, and then their files are read again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from vertebra.formatted.conversion import type_of
from vertebra.project import ColumnTemplate, FileFormat, Source

_INTEGER_DIGITS = 19  # of the largest 64-bit integer


class Effect(IntEnum):
    """How much of a file has to be read again."""

    NOTHING = 0  # its rows stay, and so does what is in quarantine
    QUARANTINE = 1  # its rows stay; records in quarantine may fit now
    ALL = 2  # its values may be others


@dataclass(frozen=True, slots=True)
class Change:
    """What lies between two templates of a source.

    Parameters
    ----------
    effect : Effect
        For every file, whatever columns it has.
    why : str
        What decided that, in words.
    carried : mapping
        Column of the new table to the column of the standing one whose values it keeps.
    fresh : tuple of ColumnTemplate
        Columns that the standing table has no values of.
    unnamed : frozenset of str
        What the template named and neither names nor leaves out now: a warning for files that have it.
    origins : tuple of pairs
        For each column that may come from further places: those that were known, and those that came.
    written : frozenset of int
        File versions that are written otherwise than the standing template said.
    """

    effect: Effect
    why: str
    carried: Mapping[str, str]
    fresh: tuple[ColumnTemplate, ...] = ()
    unnamed: frozenset[str] = frozenset()
    origins: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    written: frozenset[int] = frozenset()

    @property
    def fresh_names(self) -> frozenset[str]:
        """Names of the columns that the standing table has no values of."""
        return frozenset(column.name for column in self.fresh)

    def for_file(self, names: Collection[str] | None, number: int = 0) -> Effect:
        """The effect on a file version whose columns have these names in it; None where they are not known."""
        if number in self.written:
            return Effect.ALL
        if self.effect is Effect.ALL or not (self.fresh or self.unnamed or self.origins):
            return self.effect
        if names is None or any(_reads(column, names) for column in self.fresh) or self.unnamed.intersection(names):
            return Effect.ALL
        if any(more.intersection(names) and not known.intersection(names) for known, more in self.origins):
            return Effect.ALL
        return self.effect


def compare(old: Source, new: Source) -> Change:
    """What changes from one template to another."""
    whole = {
        "the load rule": old.load != new.load,
        "the key": old.key != new.key,
        "the form of the file names": old.file_name != new.file_name,
        "what nests": old.children != new.children,
        "whether it rescues": _rescues(old) != _rescues(new),
    }
    for about, differs in whole.items():
        if differs:
            return Change(Effect.ALL, f"{about} is another", {})
    found = [_format(old, new)]
    standing = {column.name: column for column in old.columns}
    carried: dict[str, str] = {}
    fresh: list[ColumnTemplate] = []
    for column in new.columns:
        was = standing.get(column.name) or _renamed(column, old, new)
        if was is None:
            fresh.append(column)
            continue
        carried[column.name] = was.name
        found.append((_column(was, column), f'"{column.name}" is read in another way'))
        if column.name != was.name:  # findings name it
            found.append((Effect.QUARANTINE, f'"{was.name}" is called "{column.name}"'))
    gone = set(standing) - set(carried.values())
    if gone:  # what was in quarantine for one of them may fit now
        found.append((Effect.QUARANTINE, f"{', '.join(sorted(gone))} left the template"))
    kinds = {column.name: type_of(column) for column in new.columns}
    moved = {name for name, was in carried.items() if name != was or kinds[name] != type_of(standing[was])}
    if new.key and (gone or moved):  # records that repeat a key are compared by all their values
        found.append((Effect.ALL, "records that repeat a key are compared by the columns, which are others"))
    effect, why = max(found, key=lambda one: one[0])
    origins = tuple(
        (frozenset(standing[of].origins), frozenset(column.origins) - frozenset(standing[of].origins))
        for column in new.columns
        if (of := carried.get(column.name)) and column.origins != standing[of].origins
    )
    named = {origin for column in new.columns for origin in column.origins}
    unnamed = {origin for name in gone for origin in standing[name].origins} - named - set(new.ignore)
    written = frozenset(n for n in {*old.variants, *new.variants} if old.of(n).format != new.of(n).format)
    return Change(effect, why if effect else "", carried, tuple(fresh), frozenset(unnamed), origins, written)


def _rescues(source: Source) -> bool:
    return "drift" in source.template()


def _format(old: Source, new: Source) -> tuple[Effect, str]:
    """Another dialect reads everything anew; more words for "no value" only what was no number or date before."""
    before, after = old.format, new.format
    if before == after:
        return Effect.NOTHING, ""
    if type(before) is type(after) and _same_but_nulls(before, after) and set(before.nulls) <= set(after.nulls):
        texts = [c for c in old.columns if c.type == "text" and not c.from_file_name]
        if not texts:
            return Effect.QUARANTINE, 'there are more words for "no value"'
    return Effect.ALL, "`format:` is another"


def _same_but_nulls(before: FileFormat, after: FileFormat) -> bool:
    return replace(before, nulls=after.nulls) == after


def _renamed(column: ColumnTemplate, old: Source, new: Source) -> ColumnTemplate | None:
    """The standing column that became this one: read from the same place in the same way, its own name gone."""
    kept = {other.name for other in new.columns}
    for other in old.columns:
        if other.name not in kept and _meaning(other) == _meaning(replace(column, name=other.name)):
            return other
    return None


def _meaning(column: ColumnTemplate) -> ColumnTemplate:
    """What decides the values of a column."""
    return replace(column, unit="", term="", description="", semantic="", personal=False)


def _column(old: ColumnTemplate, new: ColumnTemplate) -> Effect:
    """The effect of one column that stands under both templates."""
    before, after = _meaning(old), _meaning(replace(new, name=old.name))
    if before == after:
        return Effect.NOTHING
    if old.required and not new.required:
        before = replace(before, required=False)
    if new.optional and not old.optional:
        before = replace(before, optional=True)
    if after.origins[: len(before.origins)] == before.origins:  # which files that concerns is seen by their columns
        before = replace(before, others=after.others)
    if after.type != "text" and set(before.nulls) <= set(after.nulls):
        before = replace(before, nulls=after.nulls)  # what stands is no such word
    if after.formats[: len(before.formats)] == before.formats and before.formats:
        before = replace(before, formats=after.formats)  # patterns are tried in order: the first still takes its texts
    if set(before.true) <= set(after.true) and set(before.false) <= set(after.false):
        before = replace(before, true=after.true, false=after.false)
    if _holds(before, after):
        before = replace(before, type=after.type, precision=after.precision, scale=after.scale)
    return Effect.QUARANTINE if before == after else Effect.ALL


def _holds(narrow: ColumnTemplate, wide: ColumnTemplate) -> bool:
    """Does a wider type read each text that a narrower one takes as what a cast makes of the narrower one's value?"""
    match narrow.type, wide.type:
        case "integer", "double":
            return True
        case "integer", "decimal":
            return wide.precision - wide.scale >= _INTEGER_DIGITS
        case "decimal", "decimal":
            return wide.scale >= narrow.scale and wide.precision - wide.scale >= narrow.precision - narrow.scale
        case _:
            return False


def _reads(column: ColumnTemplate, names: Collection[str]) -> bool:
    """May a file with columns of these names hold values of a column, or be refused for want of it?"""
    return not column.optional or any(origin in names or origin.startswith("#") for origin in column.origins)
