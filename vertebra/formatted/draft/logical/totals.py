"""Records at the end of a file that sum the others up: they are kept as data, and said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from vertebra.formatted.draft.cells import TYPED, kind
from vertebra.formatted.draft.decision import Alternative, Decision, Evidence
from vertebra.formatted.draft.logical.raw import RawFile
from vertebra.formatted.draft.logical.sample import Sample
from vertebra.formatted.draft.logical.words import TOTALS
from vertebra.formatted.formats.fields import split
from vertebra.formatted.formats.registry import format_of
from vertebra.project import CsvFormat, FixedFormat

_LAST = 3  # records of a file among which one is looked for
_TAIL = 1 << 12  # bytes at its end
_SHOWN = 5
_WORD = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(TOTALS, key=len, reverse=True)))})(?!\w)", re.IGNORECASE
)


def totals(files: Sequence[RawFile], sample: Sample) -> Decision | None:
    """What is to be said about records that sum others up; None where there are none.

    Only the last records of a file are looked at, and a word that stands above them, too, is a value like others.
    """
    rows: dict[int, list[tuple[int, tuple[str | None, ...]]]] = {}
    for row, place in zip(sample.rows, sample.places, strict=True):
        rows.setdefault(place.file, []).append((place.record, row))
    found = [one for file in files for one in _of_file(file, rows.get(file.number, []))]
    if not found:
        return None
    count, places = len(found), len({one.file for one in found})
    records, of = ("a record", "a file sums") if count == 1 else (f"{count} records", f"{places} files sum")
    why = f"{records} at the end of {of} the others up: kept as data, so that a sum over all records counts twice"
    other = Alternative({"footer": 1}, 0.4, "leaves the last record of every file out")
    able = isinstance(files[0].source.format, CsvFormat | FixedFormat)
    return Decision("totals", len(found), 0.6, why, tuple(found[:_SHOWN]), (other,) if able else ())


def _of_file(file: RawFile, sampled: Sequence[tuple[int, tuple[str | None, ...]]]) -> Iterator[Evidence]:
    above: Mapping[int, tuple[str | None, ...]] = dict(sampled)
    if file.textual:
        if not _WORD.search(_tail(file.opened.text, file.opened.encoding)):
            return
        last = format_of(file.source).count(file.opened, file.source).data
        numbers = range(max(1, last - _LAST + 1), last + 1)
        for raw in format_of(file.source).find(file.opened, file.source, numbers):
            fields = _fields(file, raw.raw)
            if _sums(fields) and not _usual(fields, above, numbers.start):
                yield Evidence(file.given.name, raw.line, raw.raw)
        return
    last = max(above, default=0)
    for number in range(last - _LAST + 1, last + 1):
        fields = [text or "" for text in above.get(number, ())]
        if _sums(fields) and not _usual(fields, above, last - _LAST + 1):
            yield Evidence(file.given.name, number, " ".join(filter(None, fields)))


def _tail(path: Path, encoding: str) -> str:
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - _TAIL))
        return handle.read().decode(encoding, "ignore")


def _fields(file: RawFile, raw: str) -> list[str]:
    if isinstance(file.source.format, CsvFormat):
        return split(raw, file.source.format)
    return re.split(r" {2,}|\t", raw.strip())


def _sums(fields: Sequence[str]) -> bool:
    """Is the first text of a record a word for a sum, and a number behind it?"""
    texts = [text.strip() for text in fields]
    place = next((number for number, text in enumerate(texts) if text), len(texts))
    return place < len(texts) and _is_total(texts[place]) and any(kind(text) in TYPED for text in texts[place + 1 :])


def _is_total(text: str) -> bool:
    return text.strip(" :.*-=").lower() in TOTALS


def _usual(fields: Sequence[str], above: Mapping[int, tuple[str | None, ...]], end: int) -> bool:
    """Does the same word begin a record above the last ones?"""
    word = next(text for text in fields if text.strip())
    return any(word in row for number, row in above.items() if number < end)
