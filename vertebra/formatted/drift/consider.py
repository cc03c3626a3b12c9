"""What a load found that its template does not say, and what the template should say then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vertebra.formatted.draft.logical.columns import draft_columns
from vertebra.formatted.draft.logical.matching import Joined
from vertebra.formatted.draft.logical.names import canonical
from vertebra.formatted.draft.logical.values import Values
from vertebra.formatted.drift.evolve import ADDED, GONE, MOVED, as_json
from vertebra.formatted.drift.kin import missing_in, of_this_kind, unnamed
from vertebra.formatted.drift.likeness import likeness
from vertebra.formatted.drift.loaded import Loaded, newest_with
from vertebra.formatted.drift.otherwise import written_otherwise
from vertebra.formatted.drift.texts import Texts, texts_of
from vertebra.formatted.drift.widen import misfits, widened
from vertebra.governance.evolutions import Evolution
from vertebra.project import ColumnTemplate, CsvFormat, Source
from vertebra.workspace import Workspace


def consider(ws: Workspace, source: Source, loaded: Loaded) -> tuple[Evolution, ...]:
    """The changes that let the template take what it did not say; each is seen in one file.

    What a file that is written otherwise holds is not looked at before it has been read so.
    """
    written = tuple(written_otherwise(ws, source, loaded))
    others = {change.file_id for change in written}
    loaded = replace(loaded, files=[file for file in loaded.files if file.id not in others])
    files = {file.id: file for file in loaded.files}
    changes = (
        widened(source, one, files[one.file].name)
        for one in misfits(ws, source, loaded.quarantine, loaded.findings, without=others)
        if one.file in files
    )
    return (*written, *_columns(ws, source, loaded), *(change for change in changes if change is not None))


def _columns(ws: Workspace, source: Source, loaded: Loaded) -> Iterator[Evolution]:
    """New, renamed and missing columns, file by file; a file after the first of its kind says nothing new."""
    if not isinstance(source.format, CsvFormat) or not source.format.header:
        return
    seen: set[frozenset[str]] = set()
    for file in loaded.files:
        names = loaded.names.get(file.id)
        if file.id not in loaded.refused and (names is None or not unnamed(source, names)):
            continue
        if names is not None and frozenset(names) in seen:
            continue
        texts = texts_of(ws, source, file)
        if texts is None or frozenset(texts.names) in seen:
            continue
        seen.add(frozenset(texts.names))
        missing = missing_in(source, texts.names)
        if not of_this_kind(source, texts.names, missing):
            continue
        moved = dict(_moved(ws, source, loaded, texts, missing))
        for column, (origin, why) in moved.items():
            text = f"{source.name}: {column} is called {origin!r} in {file.name} ({why}): it is read from there too now"
            change = Evolution(source.name, MOVED, {"column": column, "origin": origin}, text, file.id)
            yield change
        taken = {origin for origin, _ in moved.values()}
        for column_ in missing:
            if column_.name not in moved and not column_.required and column_.name not in source.key:
                text = f"{source.name}: {file.name} has no {column_.origin!r}: {column_.name} has no value there"
                yield Evolution(source.name, GONE, {"column": column_.name}, text, file.id)
        yield from _added(source, texts, taken)


def _moved(
    ws: Workspace, source: Source, loaded: Loaded, texts: Texts, missing: Sequence[ColumnTemplate]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Missing columns that stand under another name, the most alike first; each name is taken once."""
    strange = unnamed(source, texts.names)
    if not strange or not missing:
        return
    pairs = []
    for column in missing:
        before = _before(ws, source, loaded, column)
        if before is None:
            continue
        for name in strange:
            score, why = likeness(before, texts.values[name])
            if score:
                pairs.append((score, column.name, name, why))
    done: set[str] = set()
    for _, column_name, name, why in sorted(pairs, reverse=True):
        if done.isdisjoint((f"c {column_name}", f"n {name}")):
            done |= {f"c {column_name}", f"n {name}"}
            yield column_name, (name, why)


def _before(ws: Workspace, source: Source, loaded: Loaded, column: ColumnTemplate) -> Values | None:
    """What a column holds in the newest file that has it."""
    file = newest_with(ws, source, loaded, column.origins)
    texts = texts_of(ws, source, file) if file else None
    name = next((origin for origin in column.origins if texts and origin in texts.values), None)
    return replace(texts.values[name], name=name) if texts and name else None


def _added(source: Source, texts: Texts, taken: set[str]) -> Iterator[Evolution]:
    """Columns that nothing names, with the types that their values tell."""
    names = {column.name for column in source.columns}
    for name in unnamed(source, texts.names):
        if name in taken:
            continue
        position = texts.names.index(name) + 1
        called = canonical(name, position)
        while called in names or called.startswith("_"):
            called = f"{called.lstrip('_')}_"
        names.add(called)
        (drafted,) = draft_columns([Joined((name,), (position - 1,))], [called], [texts.values[name]])
        template = replace(drafted.template, optional=True, nulls=_own_nulls(source, drafted.template))
        told = template.type if template.type != "decimal" else f"decimal({template.precision},{template.scale})"
        text = f"{source.name}: {name!r} came with {texts.file.name}: it is the column {called} ({told}) now"
        yield Evolution(source.name, ADDED, {"column": as_json(template)}, text, texts.file.id)


def _own_nulls(source: Source, template: ColumnTemplate) -> tuple[str, ...]:
    return tuple(null for null in template.nulls if null not in source.format.nulls)
