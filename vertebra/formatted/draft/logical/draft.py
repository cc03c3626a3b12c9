"""Look at delivered files and write the template that reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from vertebra.engine import Engine
from vertebra.formatted.draft.decision import Alternative, Decision
from vertebra.formatted.draft.files import Given, decompressed, physical_of
from vertebra.formatted.draft.logical.children import DraftedChild, draft_children
from vertebra.formatted.draft.logical.columns import Drafted, draft_columns, settle
from vertebra.formatted.draft.logical.declared import declared_of
from vertebra.formatted.draft.logical.loads import load_rule
from vertebra.formatted.draft.logical.matching import Joined
from vertebra.formatted.draft.logical.names import canonical, distinct, words_of
from vertebra.formatted.draft.logical.raw import raw_files
from vertebra.formatted.draft.logical.sample import sample_of, values_of
from vertebra.formatted.draft.logical.text import source_text
from vertebra.formatted.draft.logical.verify import Verified
from vertebra.formatted.draft.logical.work import Work
from vertebra.formatted.draft.physical import Physical
from vertebra.formatted.draft.structured.fields import Nested
from vertebra.project import ColumnTemplate, CsvFormat, FileFormat, FixedFormat, HtmlFormat, XmlFormat

_BUDGET = 4.0  # seconds after which nothing is read a second time
_WIDE = 60  # columns beyond which whole records are not compared


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted source.

    Parameters
    ----------
    name : str
        Of the source.
    text : str
        Its YAML.
    decisions : tuple of Decision
        How all of it was found.
    records : int
        That were read.
    """

    name: str
    text: str
    decisions: tuple[Decision, ...]
    records: int


def draft_source(
    engine: Engine,
    name: str,
    given: Sequence[Given],
    collect: Mapping[str, Any] | None,
    scratch: Path,
    decisions: Sequence[Decision] = (),
) -> Draft:
    """Draft a source from files of one kind.

    Parameters
    ----------
    engine : Engine
        What computes.
    name : str
        Of the source.
    given : sequence of Given
        The files.
    collect : mapping or None
        What the source says about where they are found.
    scratch : Path
        Folder for what is made on the way.
    decisions : sequence of Decision
        What was decided before.

    Raises
    ------
    UsageError
        If a file cannot be read at all, or the files are of several kinds.
    """
    deadline = monotonic() + _BUDGET
    given = decompressed(given, scratch)
    physical = physical_of(given, scratch)
    spoken = not isinstance(physical.format, CsvFormat | FixedFormat | HtmlFormat | XmlFormat)
    nested = physical.fields.nested if physical.fields else ()
    several = {one.instead for one in nested}
    with raw_files(engine, physical.format, given, scratch, physical.names) as raw:
        work = Work(raw, physical, given, sample_of(raw))
        work.of_one_kind()
        joined = work.join()
        names = distinct(_canonical(one, number) for number, one in enumerate(joined, 1))
        values = [
            replace(
                own,
                name=one.names[0],
                words=words_of(" ".join(dict.fromkeys(one.names))),
                spoken=spoken,
                declared=declared_of(raw.shapes, one),
            )
            for own, one in zip(values_of(work.sample, [one.at for one in joined], work.shape_of), joined, strict=True)
        ]
        drafted = draft_columns(joined, names, values, blank_is_null=False if spoken else None)
        form, fixed, about_names = work.fields(drafted)
        fields = {one.name: one.values for one in form.fields} if form else {}
        tried = work.keys([one for one in drafted if one.joined.names[0] not in several], fixed, fields)
        all_ = tuple(one.template.name for one in drafted)
        whole = (all_,) if tried and not work.large and len(all_) <= _WIDE else ()
        drafted, verified = settle(raw, drafted, fields, fixed, [*tried, *whole], deadline, work.share)
        key, about_key = work.key(tried, whole, verified)
        load = load_rule(raw, key=bool(key))
        children = draft_children(raw, nested, name, key, deadline) if key else ()
        if key:
            drafted = [one for one in drafted if one.joined.names[0] not in several]
        format_, columns = _nulls(physical.format, drafted, verified)
        every_decision = (
            *decisions,
            *physical.decisions,
            *about_names,
            *(said for one, column in zip(drafted, columns, strict=True) for said in work.about(one, column, verified)),
            *(said for child in children for said in child.decisions),
            *_untabled(nested, children),
            about_key,
            load,
            *work.about_records(verified),
            *work.dependencies(drafted),
        )
    every = (*fixed, *columns)
    text = source_text(
        name,
        collect,
        form.pattern if form else "",
        format_,
        load.value,
        key,
        every,
        every_decision,
        _ignored(physical, children),
        tuple(one.child for one in children),
    )
    return Draft(name, text, every_decision, verified.records)


def _untabled(nested: Sequence[Nested], children: Sequence[DraftedChild]) -> tuple[Decision, ...]:
    """What could be a table and is none, since its records have no key."""
    if children:
        return ()
    why = "a record has several of them: they stay one text, since a table of their own needs a key of the record"
    return tuple(
        Decision(f"from.{one.instead}", "text", 0.7, f"{one.path}: {why}", alternatives=(Alternative("children", 0.3),))
        for one in nested
        if not one.deep
    )


def _ignored(physical: Physical, children: Sequence[DraftedChild]) -> tuple[str, ...]:
    """What is left out on purpose: what no template can name, and what stands in the text of a whole record."""
    if physical.fields is None:
        return tuple(name for one in physical.decisions if one.about == "ignore" for name in one.value)
    nested = () if children else physical.fields.nested
    inside = [one.path for one in nested if one.instead == "." and not one.deep]
    return (*physical.fields.ignore, *inside)


def _canonical(joined: Joined, position: int) -> str:
    if joined.names[0] == ".":
        return "record"
    if joined.positional and not joined.names[0]:
        return f"column_{next(at for at in joined.at if at is not None) + 1}"
    return canonical(joined.names[0], position)


def _nulls(
    format_: FileFormat, drafted: Sequence[Drafted], verified: Verified
) -> tuple[FileFormat, list[ColumnTemplate]]:
    """Words for "no value" that hold wherever they stand go to the format, the others stay with theirs."""
    words = Counter(word for one in drafted for word in one.template.nulls)
    shared = {
        word
        for word, count in words.items()
        if (count > 1 or len(drafted) == 1 or not word)
        and all(word in one.template.nulls or (word and word not in one.values.counts) for one in drafted)
    }
    full = {name for name, checked in verified.columns.items() if checked.texts == verified.records}  # nothing to miss
    rest = [
        replace(
            one.template,
            nulls=tuple(w for w in one.template.nulls if w not in shared and (w or one.template.name not in full)),
        )
        for one in drafted
    ]
    return replace(format_, nulls=tuple(sorted(shared))), rest
