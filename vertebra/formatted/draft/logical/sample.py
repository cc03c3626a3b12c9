"""A sample of raw records, spread over the files and in them."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vertebra.formatted.draft.logical.raw import Raw, RawFile
from vertebra.formatted.draft.logical.values import Place, Values
from vertebra.formatted.formats.places import mapped
from vertebra.formatted.formats.registry import format_of

_RECORDS = 6_000  # about so many
_CELLS = 200_000  # and no more than about so many cells
_FEW = 12  # of a file that is not looked at in every part
_LIGHT = 40  # such files of each shape, about
_BYTES = 64 << 20  # bytes that are gone through for records that lie deep in a file


@dataclass(frozen=True, slots=True)
class Sample:
    """Some raw records.

    Parameters
    ----------
    rows : list of tuple
        The texts of a record, as wide as its file; None where the format itself says "no value".
    places : list of Place
        Where each is.
    """

    rows: list[tuple[str | None, ...]]
    places: list[Place]


def sample_of(raw: Raw) -> Sample:
    """A sample of all shapes: the beginning of many files, and from some of them records of every part."""
    deep = _deep(raw.files)
    light = {file.number for shape in raw.shapes for file in shape[:: max(1, len(shape) // _LIGHT)]}
    files = [file for file in raw.files if file.number in deep | light]
    width = max((file.layout.width for file in files), default=1)
    rows_wanted = min(_RECORDS, _CELLS // width)
    each = max(_FEW, (rows_wanted - _FEW * (len(files) - len(deep))) // max(len(deep), 1))
    rows: list[tuple[str | None, ...]] = []
    places: list[Place] = []
    for file in files:
        wanted = _numbers(file, each) if file.number in deep else range(1, _FEW + 1)
        for record, texts in records(file, wanted):
            rows.append(texts)
            places.append(Place(file.number, record))
    return Sample(rows, places)


def records(file: RawFile, wanted: Iterable[int] | None = None) -> Iterable[tuple[int, tuple[str | None, ...]]]:
    """The records of these rising numbers, all for None, as far as they can be read."""
    stream = format_of(file.source).stream(file.opened, file.source, file.layout, wanted)
    for batch in stream.batches:
        columns = [column.to_pylist() for column in batch.columns]
        for number, *texts in zip(*columns, strict=True):
            yield number, tuple(texts)


def values_of(sample: Sample, columns: Sequence[tuple[int | None, ...]], shape_of: Sequence[int]) -> list[Values]:
    """The texts of every column.

    Parameters
    ----------
    columns : sequence of tuple
        For each column its place, from 0, in the records of each shape; None where they do not have it.
    shape_of : sequence of int
        Shape of each file.
    """
    found = []
    for at in columns:
        counts: dict[str, int] = {}
        places: dict[str, Place] = {}
        nothing = 0
        for row, place in zip(sample.rows, sample.places, strict=True):
            where = at[shape_of[place.file]]
            if where is None:
                continue
            text = row[where]
            if text is None:
                nothing += 1
            elif text in counts:
                counts[text] += 1
            else:
                counts[text] = 1
                places[text] = place
        found.append(Values(counts, places, nothing))
    return found


def _deep(files: Sequence[RawFile]) -> frozenset[int]:
    """Files that are looked at in every part: evenly chosen, as many as can be gone through in little time."""
    total = sum(file.opened.text.stat().st_size for file in files)
    count = len(files) if total <= _BYTES else max(2, min(len(files), int(len(files) * _BYTES / total)))
    return frozenset(files[number * (len(files) - 1) // max(count - 1, 1)].number for number in range(count))


def _numbers(file: RawFile, count: int) -> list[int]:
    """Half of the numbers at the beginning, the others spread over the file; its last records are a guess."""
    about = _records(file) if file.textual else format_of(file.source).count(file.opened, file.source).records
    if about <= count:
        return list(range(1, about + 1))
    head = count // 2
    step = max((about - head) / (count - head), 1.0)
    return sorted({*range(1, head + 1), *(head + int(number * step) + 1 for number in range(count - head))})


def _records(file: RawFile) -> int:
    """About how many records a file has, by the lines of its beginning."""
    size = file.opened.text.stat().st_size
    with mapped(file.opened.text) as data:
        head = _head(data)
    lines = max(head.count(b"\n"), head.count(b"\r"), 1)
    return int(size / max(len(head), 1) * lines * 1.1) + 1


def _head(data: bytes | mmap.mmap) -> bytes:
    return data[: 1 << 16]
