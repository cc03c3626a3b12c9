"""Nested values as tables of their own: their columns drafted as those of the records are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from vertebra.formatted.draft.decision import Alternative, Decision
from vertebra.formatted.draft.logical.columns import Drafted, draft_columns, settle
from vertebra.formatted.draft.logical.matching import Joined
from vertebra.formatted.draft.logical.names import canonical, distinct, words_of
from vertebra.formatted.draft.logical.raw import Raw, RawFile
from vertebra.formatted.draft.logical.sample import Sample, values_of
from vertebra.formatted.draft.logical.text import column_words
from vertebra.formatted.draft.logical.values import Place
from vertebra.formatted.draft.structured.fields import Nested
from vertebra.formatted.formats.port import Layout, Streamed
from vertebra.formatted.formats.registry import child_streams
from vertebra.project import Child, ColumnTemplate

_ROWS = 6_000
_NAMES: Mapping[str, str] = {".": "value", "{}": "name"}


@dataclass(frozen=True, slots=True)
class DraftedChild:
    """A child table, and what was decided about it."""

    child: Child
    decisions: tuple[Decision, ...]


def draft_children(
    raw: Raw, nested: Sequence[Nested], source: str, key: Sequence[str], deadline: float
) -> tuple[DraftedChild, ...]:
    """The child tables of records that have a key.

    Parameters
    ----------
    raw : Raw
        The files of the parent.
    nested : sequence of Nested
        What becomes a table.
    source : str
        Name of the parent's table.
    key : sequence of str
        Columns of the parent that the child's rows carry.
    deadline : float
        Of the monotonic clock: no round of reading begins behind it.
    """
    words = (canonical(one.path.replace("[]", "").replace("{}", ""), n) for n, one in enumerate(nested, 1))
    names = distinct([source, *(_table(source, word) for word in words)])[1:]
    return tuple(_child(raw, one, name, key, deadline) for one, name in zip(nested, names, strict=True))


def _table(source: str, word: str) -> str:
    name = f"{source}_{word.rstrip('_')}"
    return f"{name}_rows" if name.endswith("_quarantine") else name


def _child(raw: Raw, one: Nested, name: str, key: Sequence[str], deadline: float) -> DraftedChild:
    plain = Child(name, one.path, tuple(ColumnTemplate(f"c{n}", path, "text") for n, path in enumerate(one.paths, 1)))
    files = [
        replace(
            file,
            names=one.paths,
            layout=Layout({}, len(one.paths)),
            source=replace(file.source, children=(plain,)),
            direct=False,
        )
        for file in raw.files
    ]
    own = Raw(raw.engine, [files], draw=_elements)
    joined = [Joined((path,), (place,)) for place, path in enumerate(one.paths)]
    spelled = [_NAMES.get(path) or canonical(path, place) for place, path in enumerate(one.paths, 1)]
    taken = {*key, *plain.positions}
    able = distinct([*taken, *(f"{word}_of_it" if word in taken else word for word in spelled)])[len(taken) :]
    count = max(file.number for file in files) + 1
    values = [
        replace(found, name=path, words=words_of(path), spoken=True)
        for found, path in zip(
            values_of(_sample(files), [one.at for one in joined], [0] * count), one.paths, strict=True
        )
    ]
    drafted, verified = settle(own, draft_columns(joined, able, values, blank_is_null=False), {}, (), (), deadline)
    columns = tuple(column.template for column in drafted)
    place = f"children.{name}"
    what = "a column that holds them, and what they lie in, as text" if one.deep else "a column that holds them as text"
    other = Alternative({"from": one.instead, "type": "text"}, 0.1 if one.deep else 0.2, what)
    why = f"{verified.records} values of which a record has several, with the key of their record"
    said = [Decision(place, one.path, 0.9, why, alternatives=(other,)), *(_about(place, column) for column in drafted)]
    return DraftedChild(Child(name, one.path, columns), tuple(said))


def _about(place: str, column: Drafted) -> Decision:
    reading = column.reading
    words = column_words(column.template, ".")
    value = {
        key: words[key] for key in words if key not in ("name", "from", "optional", "unit", "semantic", "personal")
    }
    about = f"{place}.columns.{column.template.name}.type"
    return Decision(about, value, reading.confidence, reading.why, alternatives=reading.alternatives)


def _elements(file: RawFile) -> Streamed:
    (child,) = file.source.children
    return child_streams(file.opened, file.source, child)[0]


def _sample(files: Sequence[RawFile]) -> Sample:
    """The first values of each file."""
    each = max(1, _ROWS // len(files))
    rows: list[tuple[str | None, ...]] = []
    places: list[Place] = []
    for file in files:
        stream = _elements(file)
        found = (
            (record, texts)
            for batch in stream.batches
            for record, texts in zip(batch.column("_record").to_pylist(), _texts(batch, file.layout.width), strict=True)
        )
        for record, texts in islice(found, each):
            rows.append(texts)
            places.append(Place(file.number, record))
    return Sample(rows, places)


def _texts(batch: object, width: int) -> list[tuple[str | None, ...]]:
    columns = [batch.column(f"c{number}").to_pylist() for number in range(1, width + 1)]  # type: ignore[attr-defined]
    return list(zip(*columns, strict=True))
