"""What stands where in an XML document: its elements by their path, how often, and what they hold.

Nothing outside of the document is read, and a document that declares entities is not read at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from vertebra.formatted.formats.xml_scan import EntityError

_CHUNK = 1 << 20
_NIL = "http://www.w3.org/2001/XMLSchema-instance nil"


@dataclass(slots=True)
class Outline:
    """The elements at one path.

    Parameters
    ----------
    count : int
        How many there are.
    most : int
        How many stand in one element above them, at most.
    attributes : dict
        Their names, in the order in which they were met.
    text, bare : bool
        Has one without elements in it text that is no white space; is one of them empty and without attributes?
    mixed : bool
        Has one text between elements?
    inside : dict
        The elements in them, by name.
    """

    count: int = 0
    most: int = 0
    attributes: dict[str, None] = field(default_factory=dict)
    text: bool = False
    bare: bool = False
    mixed: bool = False
    inside: dict[str, Outline] = field(default_factory=dict)


@dataclass(slots=True)
class _Frame:
    """An element that is open."""

    node: Outline
    attributes: bool
    text: bool = False
    children: dict[str, int] = field(default_factory=dict)


def outline(paths: list[Path]) -> tuple[Outline, str]:
    """The roots of some documents by name, all documents together, and what is wrong with one of them."""
    top = Outline()
    for path in paths:
        frames = [_Frame(top, attributes=False)]
        try:
            _parse(path, frames)
        except EntityError:
            return top, f"{path.name} declares entities, which are not resolved"
        except (expat.ExpatError, ValueError, LookupError) as error:
            if not top.inside:
                return top, str(error)
    return top, ""


def _parse(path: Path, frames: list[_Frame]) -> None:
    def start(name: str, attributes: dict[str, str]) -> None:
        local, frame = name.rpartition(" ")[2], frames[-1]
        node = frame.node.inside.setdefault(local, Outline())
        frame.children[local] = frame.children.get(local, 0) + 1
        node.count += 1
        node.most = max(node.most, frame.children[local])
        told = [one.rpartition(" ")[2] for one in attributes if one != _NIL]
        node.attributes.update(dict.fromkeys(told))
        frames.append(_Frame(node, bool(attributes)))

    def end(_: str) -> None:
        frame = frames.pop()
        if frame.children:
            frame.node.mixed = frame.node.mixed or frame.text
        else:
            frame.node.text = frame.node.text or frame.text
            frame.node.bare = frame.node.bare or not (frame.text or frame.attributes)

    def text(data: str) -> None:
        frames[-1].text = frames[-1].text or not data.isspace()

    def refuse(*_: object) -> None:
        raise EntityError

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = text, refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    with path.open("rb") as handle:
        while block := handle.read(_CHUNK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
