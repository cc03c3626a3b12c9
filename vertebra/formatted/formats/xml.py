"""XML: elements that repeat are records, read by `lxml` with nothing resolved and nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vertebra.formatted.count import Count
from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.extras import library
from vertebra.formatted.formats.port import Format, Layout, NoFastWay, Opened, Problem, RawRecord, Streamed
from vertebra.formatted.formats.rejects import Rejects
from vertebra.formatted.formats.xml_scan import Scan, encoding, matches, places, scanned
from vertebra.project import Child, Source, XmlFormat

if TYPE_CHECKING:
    import pyarrow as pa

_HELD = 5_000  # records that are not given away before it is known whether the document goes on
_UNKNOWN = 100
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def sniff(head: bytes, path: Path) -> XmlFormat | None:
    """XML that is not HTML, by its beginning."""
    del path
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")) or not text.startswith(b"<"):
        return None
    return XmlFormat() if text.startswith(b"<?xml") or text[1:2].isalpha() else None


class RepeatedError(ValueError):
    """An element stands more than once where a column wants one value."""


class Xml(NoFastWay):
    """XML."""

    def count(self, file: Opened, source: Source) -> Count:
        """Count the records by expat."""
        return Count(scanned(file.path, _form(source).records).records)

    def columns(self, file: Opened, source: Source) -> tuple[str, ...]:
        """Paths of all values in the records."""
        found: dict[str, None] = {}
        for element in _elements(file, source, []):
            for path in _leaves(element, "", frozenset()):
                found.setdefault(path)
        return tuple(found)

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
        paths = [column.origin for column in source.columns if not column.from_file_name]
        batches, rejects, problems = Batches(layout.width), Rejects(), list[Problem]()
        wanted = None if only is None else frozenset(only)

        def draw() -> Iterator[pa.RecordBatch]:
            reading = _Reading(source, paths, batches, rejects, wanted)
            held: list[_Read] = []
            for element in _elements(file, source, problems):
                held.append(reading.read(element))
                if len(held) == 2 * _HELD:
                    reading.give(held[:_HELD])
                    del held[:_HELD]
                    if batches.full:
                        yield batches.take()
            count = reading.record + len(held)
            if problems:  # where it ends too early is for the count to say
                count = scanned(file.path, _form(source).records).records
            reading.give(held[: max(count - reading.record, 0)])
            for record in range(reading.record + 1, count + 1):
                if wanted is None or record in wanted:
                    rejects.add(record, "damaged-xml", problems[0].reason)
            problems.extend(reading.unknown())
            yield batches.take()

        return Streamed(draw(), batches.schema, rejects, problems)

    def find(self, file: Opened, source: Source, records: Iterable[int]) -> Iterator[RawRecord]:
        """The records of these rising numbers."""
        wanted, codec = frozenset(records), encoding(file.path)
        size = file.path.stat().st_size
        with file.path.open("rb") as handle:
            for number, place in enumerate(places(file.path, _form(source).records), 1):
                if number in wanted:
                    handle.seek(place.start)
                    end = size if place.end < 0 else place.end
                    raw = handle.read(end - place.start).decode(codec, "backslashreplace")
                    yield RawRecord(number, place.line, place.start, end, raw)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a record: its fields, or why it is rejected."""

    fields: Sequence[str | None]
    problem: str
    leaves: frozenset[str]


class _Reading:
    """One reading of a file's records."""

    def __init__(
        self, source: Source, paths: list[str], batches: Batches, rejects: Rejects, wanted: frozenset[int] | None
    ) -> None:
        self._steps = [path.split("/") for path in paths]
        self._known = frozenset((*paths, *(child.origin for child in source.children), *source.ignore))
        self._nulls = frozenset(_form(source).nulls)
        self._batches, self._rejects, self._wanted = batches, rejects, wanted
        self._unknown: dict[str, int] = {}
        self.record = 0

    def read(self, element: Any) -> _Read:
        """What a record says."""
        try:
            fields = self._fields(element)
        except RepeatedError as error:
            return _Read((), str(error), frozenset())
        return _Read(fields, "", frozenset(_leaves(element, "", self._known)))

    def _fields(self, element: Any) -> list[str | None]:
        """The values of a record; those right below it are found together."""
        below: dict[str, Any] = {}
        twice: set[str] = set()
        for child in element:
            if isinstance(child.tag, str):
                name = child.tag if child.tag[0] != "{" else _local(child)
                if name in below:
                    twice.add(name)
                below[name] = child
        found: list[str | None] = []
        for steps in self._steps:
            name = steps[0]
            if len(steps) > 1 or name in twice or name in (".", "*") or name[0] == "@":
                found.append(_value(element, steps, self._nulls))
                continue
            child = below.get(name)
            if child is None or len(child) or child.attrib:
                found.append(None if child is None else _value(element, steps, self._nulls))
                continue
            text = child.text or ""
            found.append(None if text in self._nulls else text)
        return found

    def give(self, some: Iterable[_Read]) -> None:
        """Pass records on."""
        for one in some:
            self.record += 1
            for path in one.leaves:
                if len(self._unknown) < _UNKNOWN:
                    self._unknown.setdefault(path, self.record)
            if self._wanted is not None and self.record not in self._wanted:
                continue
            if one.problem:
                self._rejects.add(self.record, "repeated-element", one.problem)
            else:
                self._batches.add(self.record, one.fields)

    def unknown(self) -> Iterator[Problem]:
        """A warning for each path that nothing names."""
        for path, record in sorted(self._unknown.items(), key=lambda item: (item[1], item[0])):
            yield Problem("unknown-field", f'the template does not name "{path}", first in record {record}')


def child_streams(file: Opened, source: Source, child: Child) -> tuple[Streamed, Streamed]:
    """The elements at a path of each record, and how many each has by expat's count."""
    steps = [[] if c.origin == "." else c.origin.split("/") for c in child.columns]
    batches, numbers = Batches(len(steps), extra=("_position",)), Batches(0, extra=("n",))
    nulls = frozenset(_form(source).nulls)

    def draw() -> Iterator[pa.RecordBatch]:
        for record, element in enumerate(_elements(file, source, []), 1):
            for position, item in enumerate(_all(element, child.origin.split("/")), 1):
                batches.add(record, [_first(item, path, nulls) for path in steps], (position,))
            if batches.full:
                yield batches.take()
        yield batches.take()

    def tally() -> Iterator[pa.RecordBatch]:
        for record, number in enumerate(Scan(_form(source).records, child.origin).run(file.path).counts, 1):
            numbers.add(record, (), (number,))
            if numbers.full:
                yield numbers.take()
        yield numbers.take()

    return Streamed(draw(), batches.schema, Rejects()), Streamed(tally(), numbers.schema, Rejects())


def _first(item: Any, steps: list[str], nulls: frozenset[str]) -> str | None:
    """A value of a child; elements that stand several times are shown one behind the other."""
    try:
        return _value(item, steps, nulls)
    except RepeatedError:
        return "".join(_shown(one) for one in _all(item, steps))


def _elements(file: Opened, source: Source, problems: list[Problem]) -> Iterator[Any]:
    """The elements that are records, each taken away when the next is asked for."""
    etree = library("lxml.etree", "xml")
    steps = _form(source).records.strip("/").split("/")
    tag = None if steps[-1] == "*" else f"{{*}}{steps[-1]}"
    try:
        for _, element in etree.iterparse(
            str(file.path), tag=tag, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
        ):
            if not isinstance(element.tag, str) or not _is_record(element, steps):
                continue
            yield element
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, OSError) as error:
        problems.append(Problem("damaged-document", f"the document is damaged, what is behind is not read: {error}"))


def _is_record(element: Any, steps: list[str]) -> bool:
    names = [_local(element)]
    for parent in element.iterancestors():
        names.append(_local(parent))
        if len(names) > len(steps):
            return False
    return matches(names[::-1], steps)


def _local(element: Any) -> str:
    name: str = element.tag
    return name.rpartition("}")[2]


def _all(element: Any, steps: Sequence[str]) -> list[Any]:
    """The elements at a path."""
    found = [element]
    for step in steps:
        found = [c for one in found for c in one if isinstance(c.tag, str) and step in ("*", _local(c))]
    return found


def _value(element: Any, steps: Sequence[str], nulls: frozenset[str]) -> str | None:
    """The text at a path; none where there is none."""
    attribute = steps[-1][1:] if steps and steps[-1].startswith("@") else ""
    found = _all(element, [step for step in (steps[:-1] if attribute else steps) if step != "."])
    if attribute:
        values = [v for one in found for key, v in one.attrib.items() if key.rpartition("}")[2] == attribute]
    else:
        values = [_shown(one) for one in found if one.get(_NIL) not in ("true", "1")]
    if len(values) > 1:
        raise RepeatedError(f'"{"/".join(steps)}" stands {len(values)} times: it may be a child table')
    return None if not values or values[0] in nulls else values[0]


def _shown(element: Any) -> str:
    """The text of an element; one with elements in it is shown as XML."""
    if any(isinstance(child.tag, str) for child in element):
        found: str = library("lxml.etree", "xml").tostring(element, encoding="unicode", with_tail=False)
        return found
    return "".join(element.itertext())


def _leaves(element: Any, path: str, known: frozenset[str]) -> Iterator[str]:
    """Paths of values that nothing names."""
    if path and path in known:
        return
    if not path and not element.attrib and known.issuperset([c.tag for c in element if not len(c) and not c.attrib]):
        element = [c for c in element if len(c) or c.attrib]
        for child in element:
            if isinstance(child.tag, str):
                yield from _leaves(child, _local(child), known)
        return
    for key in element.attrib:
        at = f"{path}/@{key.rpartition('}')[2]}".lstrip("/")
        if at not in known and key != _NIL:
            yield at
    children = [child for child in element if isinstance(child.tag, str)]
    for child in children:
        yield from _leaves(child, f"{path}/{_local(child)}".lstrip("/"), known)
    if path and not children and (element.text or not element.attrib):
        yield path


def _form(source: Source) -> XmlFormat:
    assert isinstance(source.format, XmlFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


XML: Format = Xml()
