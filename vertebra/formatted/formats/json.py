"""JSON: one record a line, or one array of records; objects flattened by dotted paths."""

from __future__ import annotations

import json as library
import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from vertebra.formatted.count import Count
from vertebra.formatted.formats.batches import Batches
from vertebra.formatted.formats.json_count import count_documents, count_elements, count_nested
from vertebra.formatted.formats.json_cut import Around, Element, Literal, documents, elements, parse
from vertebra.formatted.formats.json_direct import direct, together, unseen
from vertebra.formatted.formats.json_lines import count_lines, glance
from vertebra.formatted.formats.json_paths import Untaken, leaves, value_at
from vertebra.formatted.formats.places import mapped, places
from vertebra.formatted.formats.port import Format, Layout, Opened, Problem, RawRecord, Streamed, Swift
from vertebra.formatted.formats.rejects import Rejects
from vertebra.project import Child, JsonFormat, Source

if TYPE_CHECKING:
    import pyarrow as pa

_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20
_BESIDE = 100  # values beside the records that are told
_SPARE = re.compile(rb",[ \t\r\n]*+\][ \t\r\n]*+\Z")
_quoted = library.encoder.encode_basestring
_NO_CHARACTER = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


class Json:
    """JSON, read by Python's parser, which keeps every digit of a number."""

    def count(self, file: Opened, source: Source) -> Count:
        """Count the records: lines that are not blank, or elements by brackets and commas."""
        with mapped(file.text) as data:
            begin = len(_BOM) if data[: len(_BOM)] == _BOM else 0
            match _form(source).shape:
                case "lines":
                    return count_lines(data)
                case "array":
                    return _count_array(data, _form(source).records, begin)
                case _:
                    return Count(count_documents(data, begin))

    def columns(self, file: Opened, source: Source) -> tuple[str, ...]:
        """Dotted paths of the values in the records, in the order in which they are met."""
        found: dict[str, None] = {}
        for cut in _cut(file, source, []):
            if isinstance(cut.element.value, dict):
                found.update(dict.fromkeys(map(".".join, leaves(cut.element.value))))
        return tuple(found)

    def layout(self, file: Opened, source: Source) -> Layout | Problem:
        """Every column has a raw column; a field that a record lacks has no value."""
        del file
        named = [column for column in source.columns if not column.from_file_name]
        return Layout({column.name: f"c{number}" for number, column in enumerate(named, 1)}, len(named), anew=True)

    def direct(self, file: Opened, source: Source, layout: Layout, count: Count) -> str:
        """The engine's reader, where it cannot be wrong."""
        del layout
        return direct(file, source, _form(source), count)

    def together(
        self, files: Sequence[Opened], source: Source, layout: Layout, swift: Swift, counts: Sequence[Count]
    ) -> str:
        """The same, typed."""
        del layout
        return together(files, source, _form(source), counts, swift)

    def unseen(self, file: Opened, source: Source) -> str:
        """Fields of the records that the template does not name."""
        return unseen(file, source, _form(source))

    def overlooked(self, file: Opened, source: Source, layout: Layout, count: Count) -> Iterable[Problem]:
        """Nothing: `unseen` finds it."""
        del file, source, layout, count
        return ()

    def stream(self, file: Opened, source: Source, layout: Layout, only: Iterable[int] | None = None) -> Streamed:
        """Record by record; what is no record is rejected."""
        del layout
        paths = [column.origin for column in source.columns if not column.from_file_name]
        steps = [(path, *path.partition(".")[::2], path.count(".") > 1) for path in paths]
        batches, rejects, problems = Batches(len(paths)), Rejects(), list[Problem]()
        nulls = frozenset(_form(source).nulls)
        wanted = None if only is None else frozenset(only)

        def draw() -> Iterator[pa.RecordBatch]:
            untaken = Untaken[_Cut](source)
            for cut in _cut(file, source, problems):
                if wanted is not None and cut.record not in wanted:
                    continue
                problem = _problem(cut)
                if problem:
                    rejects.add(cut.record, *problem)
                    continue
                value = cut.element.value
                found = [  # what `value_at` does, for the commonest paths without a call
                    value[path]
                    if path in value
                    else value_at(value, path)
                    if deep
                    else value_at(value[name], rest)
                    if name in value
                    else None
                    for path, name, rest, deep in steps
                ]
                batches.add(cut.record, [_raw(one, nulls) for one in found])
                untaken.look(value, cut)
                if batches.full:
                    yield batches.take()
            with mapped(file.text) as data, places(file, data) as place:
                problems.extend(untaken.problems(lambda cut: place(cut.record, cut.line, cut.start, cut.end)))
            yield batches.take()

        return Streamed(draw(), batches.schema, rejects, problems)

    def find(self, file: Opened, source: Source, records: Iterable[int]) -> Iterator[RawRecord]:
        """The records of these rising numbers."""
        wanted = frozenset(records)
        last = max(wanted, default=0)
        with mapped(file.text) as data, places(file, data) as place:
            for cut in _cut(file, source, []):
                if cut.record in wanted:
                    yield place(cut.record, cut.line, cut.start, cut.end)
                if cut.record >= last:
                    return


class _Cut(NamedTuple):
    """A record, its line, its bytes in the UTF-8 text, that text, and what it holds."""

    record: int
    line: int
    start: int
    end: int
    text: str
    element: Element


def child_streams(file: Opened, source: Source, child: Child) -> tuple[Streamed, Streamed]:
    """The elements of a nested array, and how many each record has by another count.

    Returns
    -------
    elements : Streamed
        `_record` of the parent, the child's positions, then the fields as `c1`, `c2`, ….
    counts : Streamed
        `_record`, `n`.
    """
    batches = Batches(len(child.columns), extra=child.positions)
    nulls = frozenset(_form(source).nulls)
    problems: list[Problem] = []

    def draw() -> Iterator[pa.RecordBatch]:
        left = _Left(source, child)
        for cut in _cut(file, source, []):
            if _problem(cut):
                continue  # rejected with its parent, which says why
            for places_, name, item in _nested(cut.element.value, child.levels):
                fields = [_field(item, name, column.origin, nulls) for column in child.columns]
                batches.add(cut.record, fields, places_)
            left.look(cut)
            if batches.full:
                yield batches.take()
        problems.extend(left.problems(file))
        yield batches.take()

    numbers = Batches(0, extra=("n",))

    def tally() -> Iterator[pa.RecordBatch]:
        for cut in _cut(file, source, []):
            numbers.add(cut.record, (), (count_nested(cut.text, child.levels),))
            if numbers.full:
                yield numbers.take()
        yield numbers.take()

    return Streamed(draw(), batches.schema, Rejects(), problems), Streamed(tally(), numbers.schema, Rejects())


class _Left:
    """Values in the elements of nested arrays that no child table takes."""

    def __init__(self, source: Source, child: Child) -> None:
        self._untaken = [(levels, Untaken[_Cut](source, levels)) for levels in _looked_at(source, child)]

    def look(self, cut: _Cut) -> None:
        """Remember what the elements of a record have."""
        for levels, found in self._untaken:
            for _, _, item in _nested(cut.element.value, levels):
                if isinstance(item, dict):
                    found.look(item, cut)

    def problems(self, file: Opened) -> list[Problem]:
        """A warning for each, at the first record that has it."""
        with mapped(file.text) as data, places(file, data) as place:

            def at(cut: _Cut) -> RawRecord:
                return place(cut.record, cut.line, cut.start, cut.end)

            return [problem for _, found in self._untaken for problem in found.problems(at)]


def _looked_at(source: Source, child: Child) -> Iterator[tuple[str, ...]]:
    """The levels at which a child table looks for values that nothing takes: its own, and those that no other has.

    Where one takes an element as it is, nothing in it is left.
    """
    standing = {one.levels for one in source.children}
    for depth in range(1, len(child.levels) + 1):
        levels = child.levels[:depth]
        own = levels == child.levels and not any(column.origin == "." for column in child.columns)
        first = next(one for one in source.children if one.levels[:depth] == levels) == child
        if own or (levels not in standing and first):
            yield levels


def _nested(value: Any, levels: Sequence[str]) -> Iterator[tuple[tuple[int, ...], str, Any]]:
    """The values at the end of levels of arrays and objects: their places, the name of a member, and the value."""
    for place, (name, item) in enumerate(_items(value, levels[0]), 1):
        if len(levels) == 1:
            yield (place,), name, item
        else:
            for places_, inner, found in _nested(item, levels[1:]):
                yield (place, *places_), inner, found


def _items(value: Any, path: str) -> list[tuple[str, Any]]:
    """The elements of a nested array, or the members of an object where the path says so.

    None for null or a missing field, itself for a lone value.
    """
    at = value_at(value, path.removesuffix("{}")) if path.removesuffix("{}") else value
    if at is None:
        return []
    if path.endswith("{}"):
        return list(at.items()) if isinstance(at, dict) else [("", at)]
    return [("", one) for one in at] if isinstance(at, list) else [("", at)]


def _field(item: Any, name: str, path: str, nulls: frozenset[str]) -> str | None:
    """A field of a nested value: `.` is the value itself, `{}` the name of a member."""
    match path:
        case ".":
            return _raw(item, nulls)
        case "{}":
            return name
        case _:
            return _raw(value_at(item, path), nulls)


def _count_array(data: bytes | mmap.mmap, path: str, begin: int) -> Count:
    """Count the elements of an array; may the engine's reader be trusted with the document?"""
    records = count_elements(data, path, begin)
    if path or begin or data[-64:].rstrip(b" \t\r\n")[-2:] not in (b"}]", b"\n]", b" ]") or _SPARE.search(data[-64:]):
        return Count(records)
    values, booleans, zeros = glance(data, begin)
    return Count(records, orderly=not zeros, values=values, booleans=booleans)


def values(file: Opened, source: Source) -> Iterator[Any]:
    """What each record holds that can be read."""
    return (cut.element.value for cut in _cut(file, source, []) if not cut.element.problem)


def _form(source: Source) -> JsonFormat:
    assert isinstance(source.format, JsonFormat)  # noqa: S101  the registry chose this class by that type
    return source.format


def _cut(file: Opened, source: Source, problems: list[Problem]) -> Iterator[_Cut]:
    """Every record with its place."""
    with mapped(file.text) as data:
        begin = len(_BOM) if data[: len(_BOM)] == _BOM else 0
        match _form(source).shape:
            case "lines":
                yield from _of_lines(data, begin)
            case "array":
                around = Around()
                yield from _numbered(data, begin, elements(data, _form(source).records, around, begin))
                problems.extend(Problem("damaged-document", reason) for reason in around.problems)
                left = [path for path in around.beside if path not in source.ignore][:_BESIDE]
                problems.extend(Problem("unknown-field", f'the template does not name "{path}"') for path in left)
            case _:
                yield from _numbered(data, begin, documents(data, begin))


def _numbered(data: bytes | mmap.mmap, begin: int, found: Iterable[Element]) -> Iterator[_Cut]:
    """Records with their numbers and lines."""
    at, line = begin, 1
    for number, element in enumerate(found, 1):
        line += _feeds(data, at, element.start)
        text = "" if element.problem else data[element.start : element.end].decode("utf-8", "surrogateescape")
        yield _Cut(number, line, element.start, element.end, text, element)
        line += _feeds(data, element.start, element.end)
        at = element.end


def _feeds(data: bytes | mmap.mmap, begin: int, end: int) -> int:
    """Line feeds in a stretch."""
    if end - begin <= _CHUNK:
        return data[begin:end].count(b"\n")
    return sum(data[at : min(at + _CHUNK, end)].count(b"\n") for at in range(begin, end, _CHUNK))


def _of_lines(data: bytes | mmap.mmap, begin: int) -> Iterator[_Cut]:
    record, line, start = 0, 1, begin
    while start < len(data):
        feed = data.find(b"\n", start + _CHUNK)
        for raw in data[start : feed if feed >= 0 else len(data)].split(b"\n"):
            body = raw.rstrip(b" \t\r")
            if body:
                record += 1
                text = body.decode("utf-8", errors="surrogateescape")
                yield _Cut(record, line, start, start + len(body), text, parse(text))
            start, line = start + len(raw) + 1, line + 1


def _problem(cut: _Cut) -> tuple[str, str] | None:
    """What is wrong with a record before its fields are looked at."""
    if cut.element.problem:
        return "damaged-json", cut.element.problem
    if not isinstance(cut.element.value, dict):
        return "no-object", f"a record is an object, this is {_kind(cut.element.value)}"
    if not (cut.text.isascii() and "\\u" not in cut.text) and _NO_CHARACTER.search(cut.text):
        try:
            library.dumps(cut.element.value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return "broken-encoding", "a text holds bytes or surrogates that are no characters"
    return None


def _kind(value: Any) -> str:
    match value:
        case list():
            return "an array"
        case Literal():
            return "a number"
        case str():
            return "a text"
        case None:
            return "null"
        case _:
            return "true or false"


def _raw(value: Any, nulls: frozenset[str]) -> str | None:
    """A value as raw text: texts as they are, numbers as written, nested values as compact JSON."""
    if type(value) is str:  # the commonest first: there is one of these for each value
        return None if value in nulls else value
    if value is None or type(value) is Literal:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _compact(value)


def _compact(value: Any) -> str:
    """A value as JSON without spaces; there may be one in every record, hence no general writer."""
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if kind is Literal:
        return str(value)
    if kind is list:
        return f"[{','.join([_compact(one) for one in value])}]"
    if kind is dict:
        return f"{{{','.join([f'{_quoted(name)}:{_compact(one)}' for name, one in value.items()])}}}"
    return "null" if value is None else "true" if value else "false"


JSON: Format = Json()
