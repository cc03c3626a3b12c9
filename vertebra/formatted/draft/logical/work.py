"""One draft in the making: what is asked of the raw files, and what is said about their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import Alternative, Decision, Evidence
from vertebra.formatted.draft.files import Given
from vertebra.formatted.draft.logical.columns import Drafted
from vertebra.formatted.draft.logical.dates import zone_of
from vertebra.formatted.draft.logical.file_names import NameForm, name_form
from vertebra.formatted.draft.logical.keys import Column, candidates, dependencies, key_decision
from vertebra.formatted.draft.logical.matching import Joined, join_columns, kinds_of
from vertebra.formatted.draft.logical.raw import Raw, RawFile
from vertebra.formatted.draft.logical.sample import Sample
from vertebra.formatted.draft.logical.semantics import meaning_of
from vertebra.formatted.draft.logical.text import column_words
from vertebra.formatted.draft.logical.totals import totals
from vertebra.formatted.draft.logical.units import unit_of
from vertebra.formatted.draft.logical.verify import Verified
from vertebra.formatted.draft.physical import Physical
from vertebra.formatted.formats.registry import format_of
from vertebra.project import ColumnTemplate, DocumentsFormat

_KEYS_SMALL, _KEYS_LARGE = 6, 1  # candidate keys that are held against all records
_SHARE = 8
_LARGE = 64 << 20  # bytes
_SOUGHT = 1 << 20  # bytes of a file that is read again to find a line


@dataclass(slots=True)
class Work:
    """One draft in the making."""

    raw: Raw
    physical: Physical
    given: Sequence[Given]
    sample: Sample

    def of_one_kind(self) -> None:
        """See that the files have something in common."""
        shapes = self.raw.shapes
        kinds = kinds_of([shape[0].names for shape in shapes], [stems_of(shape) for shape in shapes])
        if len(kinds) < 2:
            return
        some = "; ".join(
            f"{sum(len(shapes[n]) for n in kind)} like {shapes[kind[0]][0].given.name}" for kind in kinds[:5]
        )
        raise UsageError(
            "these files are of several kinds",
            where=str(self.given[0].path.parent),
            why=f"their columns have nothing in common: {some}",
            next_="draft each kind by itself, naming its files: vertebra draft FILE… --source NAME",
        )

    @property
    def shape_of(self) -> list[int]:
        """Shape of each file."""
        found = {file.number: number for number, shape in enumerate(self.raw.shapes) for file in shape}
        return [found.get(number, 0) for number in range(len(self.given))]

    @property
    def large(self) -> bool:
        """Are there too many bytes to read them twice?"""
        return sum(file.opened.text.stat().st_size for file in self.raw.files) > _LARGE

    @property
    def share(self) -> int:
        """Of so many values of a candidate key one is counted."""
        return _SHARE if self.large else 1

    def join(self) -> tuple[Joined, ...]:
        """The columns of all files."""
        shape_of = self.shape_of
        texts: list[list[Counter[str]]] = [[Counter() for _ in shape[0].names] for shape in self.raw.shapes]
        for row, place in zip(self.sample.rows, self.sample.places, strict=True):
            for counts, text in zip(texts[shape_of[place.file]], row, strict=False):
                if text is not None:
                    counts[text] += 1
        stems = [stems_of(shape) for shape in self.raw.shapes]
        return join_columns([shape[0].names for shape in self.raw.shapes], texts, stems)

    def fields(
        self, drafted: Sequence[Drafted]
    ) -> tuple[NameForm | None, tuple[ColumnTemplate, ...], tuple[Decision, ...]]:
        """The form of the file names, the columns that come from it, and why."""
        form = name_form([one.name for one in self.given])
        if form is None or isinstance(self.physical.format, DocumentsFormat):  # whose names say nothing together
            return None, (), ()
        taken = {one.template.name for one in drafted}
        columns = []
        for field in form.fields:
            if field.format and any(one.template.type in ("date", "timestamp") for one in drafted) and not field.is_day:
                continue  # a month that the records tell themselves
            if not field.format and self._repeated(drafted, field.values):
                continue  # a column of the records says the same
            name = field.name if field.name not in taken else f"file_{field.name}"
            taken.add(name)
            kind = "date" if field.is_day else "text"
            formats = (field.format,) if field.is_day and field.format != "%Y-%m-%d" else ()
            columns.append(ColumnTemplate(name, f"file_name.{field.name}", kind, formats=formats))
        sure = 0.9 if all(field.certain for field in form.fields) else 0.7
        shown = tuple(Evidence(one.name, 0, "") for one in self.given[:3])
        why = f"what varies in {len(self.given)} names; call the fields what they are"
        return form, tuple(columns), (Decision("file_name", form.pattern, sure, why, shown),)

    def _repeated(self, drafted: Sequence[Drafted], values: Sequence[str]) -> bool:
        """Does a column hold the same text in every record of a file as the file's name?"""
        wanted = [values[place.file] for place in self.sample.places]
        return any(self._texts(one) == wanted for one in drafted if one.reading.type in ("text", "integer"))

    def keys(
        self, drafted: Sequence[Drafted], fixed: Sequence[ColumnTemplate], fields: Mapping[str, Sequence[str]]
    ) -> tuple[tuple[str, ...], ...]:
        """Candidate keys that are worth counting."""
        found = candidates([*self._fixed(fixed, fields), *self._own(drafted)])
        return found[: _KEYS_LARGE if self.large else _KEYS_SMALL]

    def _own(self, drafted: Sequence[Drafted]) -> list[Column]:
        return [
            Column(one.template.name, one.template.type, frozenset(one.values.words), self._texts(one))
            for one in drafted
        ]

    def _texts(self, one: Drafted) -> list[str | None]:
        shape_of, nulls = self.shape_of, frozenset(one.template.nulls)
        found: list[str | None] = []
        for row, place in zip(self.sample.rows, self.sample.places, strict=True):
            at = one.joined.at[shape_of[place.file]]
            text = None if at is None else row[at]
            found.append(None if text in nulls else text)
        return found

    def _fixed(self, fixed: Sequence[ColumnTemplate], fields: Mapping[str, Sequence[str]]) -> list[Column]:
        return [
            Column(
                column.name,
                column.type,
                frozenset((column.name,)),
                [fields[column.from_file_name][place.file] for place in self.sample.places],
                of_file=True,
            )
            for column in fixed
        ]

    def key(
        self,
        tried: Sequence[tuple[str, ...]],
        whole: Sequence[tuple[str, ...]],
        verified: Verified,
    ) -> tuple[tuple[str, ...], Decision]:
        """The key that is declared."""
        good = {
            name for name, checked in verified.columns.items() if checked.texts - checked.misfits == verified.records
        }
        able = [key for key in tried if set(key) <= good]
        different = verified.distinct[whole[0]].values if whole and whole[0] in verified.distinct else None
        counted = [(key, verified.distinct[key]) for key in able if key in verified.distinct]
        return key_decision(counted, verified.records, different, self.share)

    def about(self, one: Drafted, column: ColumnTemplate, verified: Verified) -> list[Decision]:
        """What was decided about a column."""
        place, reading, values = f"columns.{column.name}", one.reading, one.values
        found = []
        if one.joined.decision:
            found.append(replace(one.joined.decision, about=f"{place}.from"))
        checked = verified.columns[column.name]
        words = column_words(column, self.physical.format.decimal)
        value = {
            key: words[key] for key in words if key not in ("name", "from", "optional", "unit", "semantic", "personal")
        }
        shown = tuple(self._seen(values, text) for text in reading.shown if text in values.places)
        why = f"{reading.why}; held against all {checked.texts} texts" if reading.type != "text" else reading.why
        found.append(Decision(f"{place}.type", value, reading.confidence, why, shown, reading.alternatives))
        if column.type == "timestamp":
            zone, sure, zone_why = zone_of(values, reading)
            if zone:
                other = Alternative("the zone of the place", 0.5) if sure < 0.9 else None
                found.append(
                    Decision(f"{place}.timezone", zone, sure, zone_why, alternatives=(other,) if other else ())
                )
        unit = unit_of(values.name, values.words)
        if column.unit:
            sure, unit_why = (
                (unit[1], unit[2]) if unit and unit[0] == column.unit else (0.9, "it stands beside the numbers")
            )
            found.append(Decision(f"{place}.unit", column.unit, sure, unit_why))
        meaning = meaning_of(values.without(one.template.nulls), reading.type)
        if meaning:
            said = {"semantic": meaning.semantic, "personal": meaning.personal}
            found.append(Decision(f"{place}.semantic", said, meaning.confidence, meaning.why))
        return found

    def _seen(self, values: Any, text: str) -> Evidence:
        place = values.places[text]
        file = self.raw.files[place.file] if place.file < len(self.raw.files) else self.raw.files[0]
        if file.by_number:
            return Evidence(file.given.name, place.record, text)
        if not file.textual and file.opened.text.stat().st_size > _SOUGHT:
            return Evidence(file.given.name, 0, text)
        raw = next(iter(format_of(file.source).find(file.opened, file.source, [place.record])), None)
        return Evidence(file.given.name, raw.line if raw else 0, text)

    def about_records(self, verified: Verified) -> list[Decision]:
        """What is to be said about all records."""
        rejected = {file.given.name: self.raw.rejects.get(file.number, 0) for file in self.raw.files}
        found = [Decision("records", verified.records, 1.0, f"every record of {len(self.raw.files)} files was read")]
        shown = tuple(Evidence(name, 0, f"{count} records") for name, count in rejected.items() if count)
        if shown:
            count = sum(rejected.values())
            why = "damaged or ragged records are quarantined by a load"
            found.append(Decision("quarantined", count, 0.9, why, shown[:10]))
        summed = totals(self.raw.files, self.sample)
        if summed is not None:
            found.append(summed)
        return found

    def dependencies(self, drafted: Sequence[Drafted]) -> tuple[Decision, ...]:
        """Columns that decide others."""
        return dependencies(self._own(drafted))


def stems_of(shape: Sequence[RawFile]) -> frozenset[str]:
    """Names of files without folder and ending."""
    return frozenset(file.given.name.rsplit("/", 1)[-1].split(".", 1)[0] for file in shape)
