"""How JSON is laid out: a record a line, one behind the other, an array, or an array somewhere in one document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import Alternative, Decision, Evidence
from vertebra.formatted.draft.structured.fields import Fields
from vertebra.formatted.draft.structured.json_fields import json_fields
from vertebra.formatted.formats.json import values
from vertebra.formatted.formats.json_cut import beside
from vertebra.formatted.formats.port import Opened
from vertebra.formatted.formats.sniffing import untold
from vertebra.project import FileFormat, JsonFormat

_FEW = 2  # elements that make an array one of records, where something else stands beside it


def json_structure(
    files: Sequence[Opened], formats: Sequence[FileFormat]
) -> tuple[FileFormat, Fields, tuple[Decision, ...]]:
    """Layout and columns of JSON files."""
    own = [one for one in formats if isinstance(one, JsonFormat)]
    format_, decisions = _layout(files, own)
    source = untold(format_)
    fields = json_fields(value for file in files for value in values(file, source))
    left = [path for one in decisions if one.about == "ignore" for path in one.value]
    fields = replace(fields, ignore=(*left, *fields.ignore))
    return format_, fields, (*decisions, *fields.decisions)


def _layout(files: Sequence[Opened], formats: Sequence[JsonFormat]) -> tuple[JsonFormat, tuple[Decision, ...]]:
    """The shape of all files together, and the path to the records in it."""
    encodings = sorted({one.encoding for one in formats})
    if len(encodings) > 1:
        raise _apart(files, f"some are {encodings[0]}, others {encodings[1]}")
    kinds = {_kind(file, one): file.name for file, one in zip(files, formats, strict=True)}
    encoding = encodings[0]
    if "an array" in kinds:
        if len(kinds) > 1:
            other = next(kind for kind in kinds if kind != "an array")
            raise _apart(files, f"{kinds['an array']} is an array, {kinds[other]} holds {other}")
        return JsonFormat("array", encoding=encoding), (_shape(files, "array", "each file is one array"),)
    if "one object" not in kinds:
        shape = "lines" if set(kinds) == {"lines"} else "documents"
        why = "a record stands on each line" if shape == "lines" else "records stand one behind the other"
        return JsonFormat(shape, encoding=encoding), (_shape(files, shape, why),)
    if set(kinds) == {"one object"} and (found := _inside(files, encoding)):
        return found
    shape = "array" if set(kinds) == {"one object"} else "lines" if _on_lines(files) else "documents"
    return JsonFormat(shape, encoding=encoding), (_shape(files, shape, "each document is a record"),)


def _kind(file: Opened, format_: JsonFormat) -> str:
    """What a file is at its top."""
    with file.text.open("rb") as handle:
        begin = handle.read(1 << 12).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begin == b"[":
        return "an array"
    if format_.shape == "lines" and _goes_on(file):
        return "lines"
    two = list(islice(values(file, untold(JsonFormat("documents", encoding=format_.encoding))), _FEW))
    return "one object" if len(two) < _FEW else format_.shape if format_.shape != "array" else "documents"


def _goes_on(file: Opened) -> bool:
    """Is there another line behind the first?"""
    with file.text.open("rb") as handle:
        lines = (line for line in handle if line.strip())
        return len(list(islice(lines, _FEW))) == _FEW


def _on_lines(files: Sequence[Opened]) -> bool:
    """Is every record on a line of its own?"""
    return all(isinstance(one, dict) for file in files for one in values(file, untold(JsonFormat())))


def _inside(files: Sequence[Opened], encoding: str) -> tuple[JsonFormat, tuple[Decision, ...]] | None:
    """The array of records that stands in each file's one document."""
    tops: list[Any] = [next(values(file, untold(JsonFormat("documents", encoding=encoding))), None) for file in files]
    found = [dict(_arrays(top, "")) for top in tops if isinstance(top, dict)]
    common = [path for path in found[0] if all(path in one for one in found)] if found else []
    sizes = {path: sum(one[path] for one in found) for path in common}
    able = {path: size for path, size in sizes.items() if size >= _FEW * len(found) or _lonely(tops, path)}
    if not able:
        return None
    path = max(able, key=lambda one: able[one])
    aside = [name for name in dict.fromkeys(name for top in tops for name in top) if not path.startswith(name)]
    why = f"{sizes[path]} objects stand in the array at {path!r}"
    if aside:
        why += f"; what stands beside it is not read: {', '.join(map(repr, aside[:5]))}"
    shown = tuple(Evidence(file.name, 0, path) for file in files[:3])
    others = tuple(Alternative(one, 0.1, "another array") for one in able if one != path)
    whole = Alternative("", 0.15, "each document is one record")
    said = Decision("format.json.records", path, 0.9 if not others else 0.75, why, shown, (*others, whole))
    left = list(dict.fromkeys(one for top in tops for one in beside(top, path)))  # what comes later is told
    ignored = (Decision("ignore", left, 0.8, "they stand beside the records, and are not read"),) if left else ()
    return JsonFormat("array", path, encoding), (said, *ignored)


def _lonely(tops: Sequence[Any], path: str) -> bool:
    return all(isinstance(top, dict) and list(top) == [path] for top in tops)


def _arrays(value: Mapping[str, Any], path: str) -> Iterator[tuple[str, int]]:
    """Arrays of nothing but objects, by the path of objects above them, and their sizes."""
    for name, one in value.items():
        if not name or "." in name:
            continue
        at = f"{path}.{name}" if path else name
        if isinstance(one, list) and one and all(isinstance(item, dict) for item in one):
            yield at, len(one)
        elif isinstance(one, dict):
            yield from _arrays(one, at)


def _shape(files: Sequence[Opened], shape: str, why: str) -> Decision:
    return Decision("format.json.shape", shape, 0.97, why, tuple(Evidence(file.name, 0, "") for file in files[:1]))


def _apart(files: Sequence[Opened], why: str) -> UsageError:
    return UsageError(
        "these files are of several kinds",
        where=", ".join(file.name for file in files[:3]),
        why=why,
        next_="draft each kind by itself, naming its files: vertebra draft FILE… --source NAME",
    )
