"""The records of an XML document, the elements that repeat, and the paths of the values in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from vertebra.errors import UsageError
from vertebra.formatted.draft.decision import Alternative, Decision, Evidence
from vertebra.formatted.draft.structured.fields import Fields, Nested, stands
from vertebra.formatted.formats.port import Opened
from vertebra.formatted.formats.xml_outline import Outline, outline
from vertebra.project import FileFormat, XmlFormat

_SCHEMA = ("schemaLocation", "noNamespaceSchemaLocation")  # attributes that a load does not tell either


def xml_structure(
    files: Sequence[Opened], formats: Sequence[FileFormat]
) -> tuple[FileFormat, Fields, tuple[Decision, ...]]:
    """Records and columns of XML files."""
    del formats
    top, problem = outline([file.path for file in files])
    if problem or len(top.inside) != 1:
        raise UsageError(
            f'cannot draft from "{files[0].name}"',
            where=", ".join(str(file.path) for file in files[:3]),
            why=problem or f"the documents are of several kinds: {', '.join(list(top.inside)[:5])}",
            next_="leave the file out, or draft each kind by itself: vertebra draft FILE… --source NAME",
        )
    path, node, said = _records(top, files)
    fields = xml_fields(node)
    aside = tuple(_aside(top, path.strip("/").split("/")))
    return XmlFormat(records=path), replace(fields, ignore=(*aside, *fields.ignore)), (said, *fields.decisions)


def _aside(top: Outline, steps: Sequence[str]) -> Iterator[str]:
    """Paths from the root of what stands above and beside the records."""
    node, at = top, ""
    for name, below in pairwise(steps):
        node, at = node.inside[name], f"{at}/{name}"
        yield from (f"{at}/@{one}" for one in node.attributes if one not in _SCHEMA)
        if node.mixed or node.text:
            yield f"{at}/."
        yield from (f"{at}/{one}" for one in node.inside if one != below)


def _records(top: Outline, files: Sequence[Opened]) -> tuple[str, Outline, Decision]:
    """The elements that are records: the first below the root that repeat and hold values."""
    ((root, above),) = top.inside.items()
    shown = tuple(Evidence(file.name, 0, f"/{root}") for file in files[:3])
    level = [(f"/{root}/{name}", node, above) for name, node in above.inside.items()]
    while level:
        able = [one for one in level if one[1].most > 1 and (one[1].inside or one[1].attributes or _lone(one[2]))]
        if able:
            path, node, over = max(able, key=lambda one: one[1].count)
            others = [(at, other.count) for at, other, _ in level if at != path]
            why = f"{node.count} elements of that name stand beside each other"
            beside = [at for at, _ in others] + [f"{path.rpartition('/')[0]}/@{name}" for name in over.attributes]
            if beside:
                why += f"; what stands beside them is not read: {', '.join(beside[:5])}"
            alternatives = tuple(Alternative(at, 0.2, f"{count} elements") for at, count in others if count > 1)
            return path, node, Decision("format.xml.records", path, 0.85 if beside else 0.95, why, shown, alternatives)
        level = [(f"{path}/{name}", inner, node) for path, node, _ in level for name, inner in node.inside.items()]
    if len(above.inside) == 1 and not above.attributes:
        ((name, node),) = above.inside.items()
        if node.inside or node.attributes:
            path = f"/{root}/{name}"
            said = Decision("format.xml.records", path, 0.8, "the only element of the document", shown)
            return path, node, said
    why = "nothing in the document repeats: it is one record"
    return f"/{root}", above, Decision("format.xml.records", f"/{root}", 0.8, why, shown)


def _lone(node: Outline) -> bool:
    return len(node.inside) == 1


def xml_fields(record: Outline) -> Fields:
    """The columns of XML records."""
    found: list[str] = []
    nested: list[Nested] = []
    ignore: list[str] = []
    if record.mixed:  # what is between its elements stands nowhere else
        found.append(".")
    _walk(record, "", found, nested, ignore)
    if not found and not nested:
        found.append(".")
    paths = dict.fromkeys([*found, *(one.instead for one in nested)])
    return Fields(tuple(paths), tuple(nested), tuple(ignore))


def _walk(node: Outline, path: str, found: list[str], nested: list[Nested], ignore: list[str]) -> None:
    found += [f"{path}/@{name}".lstrip("/") for name in node.attributes]
    for name, inner in node.inside.items():
        at = f"{path}/{name}".lstrip("/")
        if inner.most > 1:
            nested += _tables(inner, at, path or ".", ignore)
            continue
        if inner.mixed:
            found += _whole(inner, at)
            continue
        if inner.inside and inner.bare and not inner.text:
            ignore.append(f"{at}/.")
        elif inner.text or inner.bare:
            found.append(at)
        _walk(inner, at, found, nested, ignore)


def _tables(node: Outline, path: str, instead: str, ignore: list[str], *, deep: bool = False) -> Iterator[Nested]:
    """The child table of elements that repeat, and those of what repeats in them."""
    own: list[str] = []
    inside: dict[str, Outline] = {}
    if node.mixed:
        own += _whole(node, "")
    else:
        _row(node, "", own, inside, ignore, path)
    if own or node.bare:
        yield Nested(path, instead, tuple(own) or (".",), deep)
    for at, inner in inside.items():
        yield from _tables(inner, f"{path}[]/{at}", instead, ignore, deep=True)


def _row(node: Outline, path: str, own: list[str], inside: dict[str, Outline], ignore: list[str], table: str) -> None:
    """Paths of the values in a row of a child table, and of what in it can be a table of its own."""
    own += [f"{path}/@{name}".lstrip("/") for name in node.attributes]
    if not node.inside or node.text:
        own.append(path or ".")
    elif node.bare and path:
        ignore.append(f"{table}[]/{path}/.")
    for name, inner in node.inside.items():
        at = f"{path}/{name}".lstrip("/")
        if inner.most > 1 and stands(f"{table}[]/{at}"):
            inside[at] = inner
        elif inner.most > 1:
            own.append(at)
        elif inner.mixed:
            own += _whole(inner, at)
        else:
            _row(inner, at, own, inside, ignore, table)


def _whole(node: Outline, path: str) -> Iterator[str]:
    """Paths of text with elements in it, and of the attributes that it has where none are in it."""
    yield from (f"{path}/@{name}".lstrip("/") for name in node.attributes)
    yield path or "."
