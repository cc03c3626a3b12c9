"""XML: elements that repeat are records, read by `lxml` with nothing resolved and nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vertebra.formatted.count import Count
from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.extras import library
from vertebra.formatted.formats.port import Format, Layout, NoFastWay, Opened, Problem, RawRecord, Streamed
from vertebra.formatted.formats.rejects import Rejects
from vertebra.formatted.formats.xml_read import MOST, Reader
from vertebra.formatted.formats.xml_scan import Scan, encoding, matches, places, scanned
from vertebra.formatted.formats.xml_values import RepeatedError, apart, as_xml, elements_at, local, value_at
from vertebra.project import Child, Source, XmlFormat

if TYPE_CHECKING:
    import pyarrow as pa

_HELD = 5_000  # records that are not given away before it is known whether the document goes on


def sniff(head: bytes, path: Path) -> XmlFormat | None:
    """XML that is not HTML, by its beginning."""
    del path
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")) or not text.startswith(b"<"):
        return None
    return XmlFormat() if text.startswith(b"<?xml") or text[1:2].isalpha() else None


class Xml(NoFastWay):
    """XML."""

    def count(self, file: Opened, source: Source) -> Count:
        """Count the records by expat."""
        return Count(scanned(file.path, _form(source).records).records)

    def columns(self, file: Opened, source: Source) -> tuple[str, ...]:
        """Paths of all values in the records."""
        reader = Reader(replace(source, columns=(), children=(), ignore=()), most=None)
        for element in _elements(file, source, []):
            reader.read(element)
        return tuple(path for path in reader.untaken if path.rpartition("/")[2] != ".")

    def layout(self, file: Opened, source: Source) -> Layout | Problem:
        """Every column has a raw column; what a record lacks has no value."""
        library("lxml.etree", "xml")  # so that a missing one is told before the reading
        scan = scanned(file.path, _form(source).records)
        if scan.refused or (scan.problem and not scan.records):
            return Problem("damaged-xml", f"it cannot be read as XML: {scan.problem}", fatal=True)
        named = [column for column in source.columns if not column.from_file_name]
        return Layout({column.name: f"c{number}" for number, column in enumerate(named, 1)}, len(named), anew=True)

    def stream(self, file: Opened, source: Source, layout: Layout, only: Iterable[int] | None = None) -> Streamed:
        """Record by record."""
        batches, rejects, problems = Batches(layout.width, _form(source).nulls), Rejects(), list[Problem]()
        wanted = None if only is None else frozenset(only)

        def draw() -> Iterator[pa.RecordBatch]:
            reading = _Reading(source, batches, rejects, wanted)
            for element in _elements(file, source, problems):
                reading.read(element)
                if batches.full:
                    yield batches.take()
            # where it ends too early is for the count to say
            count = scanned(file.path, _form(source).records).records if problems else None
            reading.end(count, problems[0].reason if problems else "")
            problems.extend(self._untaken(file, source, reading))
            yield batches.take()

        return Streamed(draw(), batches.schema, rejects, problems)

    def _untaken(self, file: Opened, source: Source, reading: _Reading) -> Iterator[Problem]:
        """A warning for each path that nothing names, in a record or beside the records."""
        for aside in scanned(file.path, _form(source).records).aside:
            if aside.path not in source.ignore:
                at = RawRecord(0, aside.line, aside.start, aside.start, "")
                yield Problem("unknown-field", f'the template does not name "{aside.path}"', at)
        places_ = {one.record: one for one in self.find(file, source, sorted(set(reading.untaken.values())))}
        for path, record in reading.untaken.items():
            at = places_.get(record, RawRecord(0, 0, 0, 0, ""))
            yield Problem("unknown-field", f'the template does not name "{path}"', at)
        if reading.more:
            yield Problem("unknown-field", f"the template does not name {MOST} paths, which are told, and more")

    def find(self, file: Opened, source: Source, records: Iterable[int]) -> Iterator[RawRecord]:
        """The records of these rising numbers."""
        codec = encoding(file.path)
        with file.path.open("rb") as handle:
            for number, place in places(file.path, _form(source).records, records):
                handle.seek(place.start)
                raw = handle.read(place.end - place.start).decode(codec, "backslashreplace")
                yield RawRecord(number, place.line, place.start, place.end, raw)


class _Reading:
    """One reading of a file's records, some of which are not given away before the document is known to go on."""

    def __init__(self, source: Source, batches: Batches, rejects: Rejects, wanted: frozenset[int] | None) -> None:
        self._reader = Reader(source)
        self._batches, self._rejects, self._wanted = batches, rejects, wanted
        self._held: list[Sequence[str | None] | RepeatedError] = []
        self._read = self._given = 0
        self.untaken: dict[str, int] = {}

    @property
    def more(self) -> bool:
        """Is there more that nothing takes than is told?"""
        return self._reader.more

    def read(self, element: Any) -> None:
        """Read a record."""
        self._read += 1
        try:
            self._held.append(self._reader.read(element))
        except RepeatedError as error:
            self._held.append(error)
        if len(self._reader.untaken) > len(self.untaken):
            for path in self._reader.untaken[len(self.untaken) :]:
                self.untaken[path] = self._read
        if len(self._held) == 2 * _HELD:
            self._give(_HELD)

    def end(self, count: int | None, reason: str) -> None:
        """The document has ended: give what is held; with as many records as were counted, if it is damaged."""
        self._give(len(self._held) if count is None else max(count - self._given, 0))
        if count is not None:
            self.untaken = {path: record for path, record in self.untaken.items() if record <= count}
            for record in range(self._given + 1, count + 1):
                if self._wanted is None or record in self._wanted:
                    self._rejects.add(record, "damaged-xml", reason)

    def _give(self, size: int) -> None:
        """Pass the first records on."""
        wanted, add = self._wanted, self._batches.add
        for record, found in enumerate(self._held[:size], self._given + 1):
            if wanted is not None and record not in wanted:
                continue
            if isinstance(found, RepeatedError):
                self._rejects.add(record, "repeated-element", str(found))
            else:
                add(record, found)
        self._given += len(self._held[:size])
        del self._held[:size]


def child_streams(file: Opened, source: Source, child: Child) -> tuple[Streamed, Streamed]:
    """The elements at a path of each record, and how many each has by expat's count."""
    levels = [apart(level)[0] for level in child.levels]
    paths = [apart(column.origin) for column in child.columns]
    nulls = _form(source).nulls
    batches, numbers = Batches(len(paths), nulls, child.positions), Batches(0, extra=("n",))

    def draw() -> Iterator[pa.RecordBatch]:
        reader = Reader(replace(source, columns=child.columns, children=(), ignore=()), most=0)
        for record, element in enumerate(_elements(file, source, []), 1):
            for places_, item in _nested(element, levels):
                try:
                    fields = reader.read(item)
                except RepeatedError:
                    fields = [_lone(item, *path) for path in paths]
                batches.add(record, fields, places_)
            if batches.full:
                yield batches.take()
        yield batches.take()

    def tally() -> Iterator[pa.RecordBatch]:
        for record, number in enumerate(
            Scan(_form(source).records, child.origin.replace("[]", "")).run(file.path).counts, 1
        ):
            numbers.add(record, (), (number,))
            if numbers.full:
                yield numbers.take()
        yield numbers.take()

    return Streamed(draw(), batches.schema, Rejects()), Streamed(tally(), numbers.schema, Rejects())


def _nested(element: Any, levels: Sequence[Sequence[str]]) -> Iterator[tuple[tuple[int, ...], Any]]:
    """The elements at the end of levels of elements that repeat, with the places of all of them."""
    for place, item in enumerate(elements_at(element, levels[0]), 1):
        if len(levels) == 1:
            yield (place,), item
        else:
            for places_, found in _nested(item, levels[1:]):
                yield (place, *places_), found


def _lone(item: Any, names: list[str], attribute: str) -> str | None:
    """A value of a child; elements that stand several times are shown as XML, one behind the other."""
    try:
        return value_at(item, names, attribute)
    except RepeatedError:
        return "".join(as_xml(one) for one in elements_at(item, names))


def _elements(file: Opened, source: Source, problems: list[Problem]) -> Iterator[Any]:
    """The elements that are records, each taken away when the next is asked for."""
    etree = library("lxml.etree", "xml")
    steps = _form(source).records.strip("/").split("/")
    tag = None if steps[-1] == "*" else f"{{*}}{steps[-1]}"
    above = None  # of the last record: what stands beside it under the name of a record is one
    try:
        for _, element in etree.iterparse(
            str(file.path), tag=tag, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        ):
            parent = element.getparent()
            if parent is None or parent is not above:
                if not _is_record(element, steps):
                    continue
                above = parent
            yield element
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del parent[0]
    except (etree.XMLSyntaxError, OSError) as error:
        problems.append(Problem("damaged-document", f"the document is damaged, what is behind is not read: {error}"))


def _is_record(element: Any, steps: list[str]) -> bool:
    names = [local(element.tag)]
    for parent in element.iterancestors():
        names.append(local(parent.tag))
        if len(names) > len(steps):
            return False
    return matches(names[::-1], steps)


def _form(source: Source) -> XmlFormat:
    assert isinstance(source.format, XmlFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


XML: Format = Xml()
