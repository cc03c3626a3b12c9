"""Lengths of time as a user writes them: `14 days`, `36 hours`, `30 minutes`."""

from __future__ import annotations

import re
from datetime import timedelta

from vertebra.document import Section

_WRITTEN = re.compile(r"(\d+) (minute|hour|day|week)s?")


def duration(section: Section, key: str) -> timedelta:
    """The length of time under a key.

    Raises
    ------
    ProjectError
        If it is none, or is not longer than nothing.

    Examples
    --------
    >>> from vertebra.document import parse_yaml
    >>> duration(parse_yaml("last: 2 weeks", "a.yaml"), "last")
    datetime.timedelta(days=14)
    """
    value = section.get(key)
    found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise section.error(key, f"{value!r} is no length of time", f"write for example `{key}: 14 days`")
    return timedelta(**{f"{found[2]}s": int(found[1])})
