"""The text of a drafted source, with a comment beside what is not certain."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from textwrap import wrap
from typing import Any

from vertebra.formatted.draft.decision import CERTAIN, Decision
from vertebra.project import Child, ColumnTemplate, CsvFormat, FileFormat

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z_/#°µ%][\w ./°²³%+()-]*", re.ASCII)
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"])
_ALWAYS = ("delimiter", "header", "encoding", "nulls")


def scalar(value: Any) -> str:
    """A value as YAML that reads back as the same, in a flow mapping, too.

    Examples
    --------
    >>> [scalar(value) for value in ("a b", "#1", "no", "1", "", "a: b", ["", "x"], True, 3)]
    ['a b', '"#1"', '"no"', '"1"', '""', '"a: b"', '["", x]', 'true', '3']
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(scalar, value))}]"
    text = str(value)
    if re.fullmatch(r"[A-Za-z][\w./-]*(?: [\w./()-]+)*", text, re.ASCII) and text.lower() not in _WORDS:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """In double quotes; what no reader of YAML takes as it is, escaped."""
    found = json.dumps(text, ensure_ascii=False)
    return re.sub(
        r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff\u00a0\u202f]", lambda m: f"\\u{ord(m[0]):04x}", found
    )


def flow(mapping: Mapping[str, Any]) -> str:
    """A mapping on one line."""
    return "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in mapping.items()) + "}"


def source_text(
    name: str,
    collect: Mapping[str, Any] | None,
    file_name: str,
    format_: FileFormat,
    load: str,
    key: Sequence[str],
    columns: Iterable[ColumnTemplate],
    decisions: Sequence[Decision],
    ignore: Sequence[str] = (),
    children: Sequence[Child] = (),
) -> str:
    """The whole file."""
    said = _Comments(decisions)
    word = type(format_).__name__.removesuffix("Format").lower()
    lines = [f"source: {name}", "description: Drafted from its files; say here what they are."]
    if collect:
        lines += [*said.below("collect"), f"collect: {flow(collect)}"]
    else:
        lines += said.below("collect")
    lines += said.of("file_name")
    if file_name:
        lines.append(f"file_name: {_quoted(file_name)}")
    lines += [*said.below("format"), f"format: {{{word}: {flow(format_words(format_))}}}"]
    lines += [*said.of("totals"), *said.of("load"), f"load: {load}", *said.of("key")]
    if key:
        lines.append(f"key: {scalar(list(key))}")
    lines.append("columns:")
    for column in columns:
        lines += [f"  {line}" for line in said.below(f"columns.{column.name}")]
        lines += [f"  {line}" for line in said.of(f"from.{column.origin}")]
        lines += _column(column, format_)
    if children:
        lines.append("children:")
    for child in children:
        place = f"children.{child.name}"
        lines += [f"  {line}" for line in said.of(place)]
        lines += [f"  - name: {child.name}", f"    from: {scalar(child.origin)}", "    columns:"]
        for column in child.columns:
            lines += [f"      {line}" for line in said.below(f"{place}.columns.{column.name}")]
            lines += [f"    {line}" for line in _column(column, format_)]
    if ignore:
        lines += [*said.of("ignore"), f"ignore: {scalar(list(ignore))}"]
    return "\n".join(lines) + "\n"


def format_words(format_: FileFormat) -> dict[str, Any]:
    """What a format declares, without what it would say by itself."""
    defaults = {one.name: one.default for one in fields(format_)}
    found: dict[str, Any] = {}
    for one in fields(format_):
        value = getattr(format_, one.name)
        always = isinstance(format_, CsvFormat) and one.name in _ALWAYS
        if one.name == "escape" and isinstance(format_, CsvFormat) and value == format_.quote:
            continue
        if always or value != defaults[one.name]:
            found[one.name] = list(value) if isinstance(value, tuple) else value
    return found


def column_words(column: ColumnTemplate, decimal: str) -> dict[str, Any]:
    """What a column says, in the order in which it is written."""
    c = column
    origin: Any = list(c.origins) if c.others else c.origin
    formats: Any = c.formats[0] if len(c.formats) == 1 else list(c.formats)
    numeric = c.type in ("double", "decimal")
    found = {
        "from": "" if origin == c.name else origin,
        "optional": c.optional,
        "type": f"decimal({c.precision},{c.scale})" if c.type == "decimal" else c.type,
        "format": formats,
        "timezone": c.timezone if c.type == "timestamp" and c.formats[:1] not in (("epoch",), ("epoch_ms",)) else "",
        "decimal": c.decimal if numeric and c.decimal != decimal else "",
        "group": c.group,
        "prefix": c.prefix,
        "suffix": c.suffix,
        "nulls": list(c.nulls),
        "true": list(c.true),
        "false": list(c.false),
        "unit": c.unit,
        "term": c.term,
        "semantic": c.semantic,
        "personal": c.personal,
    }
    return {"name": c.name, **{key: value for key, value in found.items() if value}}


def _column(column: ColumnTemplate, format_: FileFormat) -> list[str]:
    words = column_words(column, format_.decimal)
    line = f"  - {flow(words)}"
    if len(line) <= _WIDTH + 10:
        return [line]
    lines = [f"{key}: {scalar(value)}" for key, value in words.items()]
    return [f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])]


class _Comments:
    """Comments of what is not certain, each given out once."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._open = [decision for decision in decisions if decision.confidence < CERTAIN]

    def of(self, about: str) -> list[str]:
        """Those about one thing."""
        return self._taken(lambda decision: decision.about == about)

    def below(self, about: str) -> list[str]:
        """Those about one thing and what is part of it."""
        return self._taken(lambda decision: decision.about == about or decision.about.startswith(f"{about}."))

    def _taken(self, test: Any) -> list[str]:
        mine = [decision for decision in self._open if test(decision)]
        self._open = [decision for decision in self._open if not test(decision)]
        return [line for decision in mine for line in _comment(decision)]


def _comment(decision: Decision) -> list[str]:
    what = decision.about.rsplit(".", 1)[-1]
    text = f"{what}, {decision.confidence:.0%} sure: {decision.why}"
    if decision.alternatives:
        text += "; else " + " or ".join(_said(other.value) for other in decision.alternatives[:3])
    clean = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
    return [f"# {line}" for line in wrap(clean, _WIDTH)]


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return flow(value)
    return scalar(value)
