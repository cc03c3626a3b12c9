"""Tables of a file that its source does not read: of a database, a page, a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vertebra.formatted.formats.port import Problem
from vertebra.project import Source

_LONGEST = 50  # names shown in a reason


def unread(word: str, others: Iterable[tuple[str, ...]], source: Source) -> Iterator[Problem]:
    """A warning, where the template does not leave all of them out on purpose: `ignore: [/name]`.

    Parameters
    ----------
    word : str
        What each is: a table, a sheet.
    others : iterable of tuple of str
        The names of each that is not read; the first is shown.
    source : Source
        What leaves some out.
    """
    left = [names[0] for names in others if not any(f"/{name}" in source.ignore for name in names)]
    if left:
        more = f" and {len(left) - _LONGEST} more" if len(left) > _LONGEST else ""
        reason = f"the file holds further {word}s that this source does not read: {', '.join(left[:_LONGEST])}{more}"
        yield Problem(f"unread-{word}", reason)
