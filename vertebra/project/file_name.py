"""Fields that a file's name carries: `{device}_{month}.csv`."""

from __future__ import annotations

import re

from vertebra.document import Section

_FIELD = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def file_name_fields(top: Section, pattern: str) -> frozenset[str]:
    """The fields of a file name pattern.

    Raises
    ------
    ProjectError
        If a brace is left open, or a field stands twice.
    """
    fields = _FIELD.findall(pattern)
    if len(fields) != len(set(fields)):
        raise top.error("file_name", "a field stands twice", "give each field a name of its own")
    if re.search(r"[{}]", _FIELD.sub("", pattern)):
        raise top.error("file_name", "a brace does not hold a field", "write fields as `{name}`, small letters only")
    return frozenset(fields)


def split_file_name(pattern: str, name: str) -> dict[str, str] | None:
    """The fields of a file's name, or None where it does not have that form.

    Without a `/` in the pattern only the last part of the name counts.

    Examples
    --------
    >>> split_file_name("{device}_{month}.csv", "meters/L4_2021-01.csv")
    {'device': 'L4', 'month': '2021-01'}
    >>> split_file_name("{device}_{month}.csv", "L4.csv") is None
    True
    """
    if not pattern:
        return {}
    text = name if "/" in pattern else name.rsplit("/", 1)[-1]
    parts = _FIELD.split(pattern)
    regex = "".join(f"(?P<{part}>[^/]+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    found = re.fullmatch(regex, text)
    return found.groupdict() if found else None
