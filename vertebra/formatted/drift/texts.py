"""What the columns of a file hold, whatever the template says about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vertebra.formatted.draft.logical.names import words_of
from vertebra.formatted.draft.logical.values import Values
from vertebra.formatted.formats.opening import opened
from vertebra.formatted.formats.port import Layout
from vertebra.formatted.formats.registry import format_of
from vertebra.governance.files import FileVersion
from vertebra.project import ColumnTemplate, CsvFormat, Drift, FixedFormat, Load, Source
from vertebra.workspace import Workspace

_RECORDS = 5_000  # that are looked at: what a later one contradicts is found when it is loaded


@dataclass(frozen=True, slots=True)
class Texts:
    """The columns of a file.

    Parameters
    ----------
    file : FileVersion
        Which.
    names : tuple of str
        As its header has them.
    values : mapping
        The texts of each column whose name stands once.
    """

    file: FileVersion
    names: tuple[str, ...]
    values: Mapping[str, Values]


def texts_of(ws: Workspace, source: Source, file: FileVersion) -> Texts | None:
    """The columns of a file with a header; None where it has none that can be read."""
    source = source.of(file.id)
    if not isinstance(source.format, CsvFormat | FixedFormat) or not source.format.header:
        return None
    form = format_of(source)
    with opened(ws, source, file, verify=False) as here:
        header = form.layout(here, _probe(source, ()))
        names = (header.names or ()) if isinstance(header, Layout) else ()
        once = [name for name, count in Counter(names).items() if name and count == 1]
        if not once:
            return None
        probe = _probe(source, once)
        layout = form.layout(here, probe)
        if not isinstance(layout, Layout):
            return None
        rows: list[tuple[str | None, ...]] = []
        for batch in form.stream(here, probe, layout, range(1, _RECORDS + 1)).batches:
            found = dict(zip(batch.schema.names, batch.columns, strict=True))
            wanted = [found[layout.raw[column.name]].to_pylist() for column in probe.columns]
            rows += zip(*wanted, strict=True)
    columns: Sequence[Sequence[str | None]] = list(zip(*rows, strict=True)) or [()] * len(once)
    return Texts(file, names, {n: values_of(n, column) for n, column in zip(once, columns, strict=True)})


def values_of(name: str, column: Sequence[str | None]) -> Values:
    """Texts as the rules of drafting take them."""
    counts = Counter(text for text in column if text is not None)
    return Values(counts, nothing=sum(text is None for text in column), words=words_of(name), name=name)


def _probe(source: Source, names: Sequence[str]) -> Source:
    """A template that reads columns as text."""
    columns = tuple(ColumnTemplate(f"p{number}", name, "text") for number, name in enumerate(names))
    return replace(
        source, columns=columns, key=(), children=(), file_name="", load=Load.LATEST, ignore=(), drift=Drift.FREEZE
    )
