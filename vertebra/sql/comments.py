"""Blank out the comments of a statement, every word left at its place."""

from __future__ import annotations

import re

_PARTS = re.compile(
    r"""
    (?P<kept> \'(?:[^\']|\'\')*\' | "(?:[^"]|"")*" | (?P<dollar>\$\w*\$).*?(?P=dollar) )
    | (?P<line> --[^\n]* )
    | (?P<block> /\* )
    """,
    re.VERBOSE | re.DOTALL,
)


def without_comments(sql: str) -> str:
    r"""Replace comments with blanks of the same length, so that lines and columns stay.

    sqlglot does not read a comment between two words that it takes for one, such as GROUP and BY.

    Parameters
    ----------
    sql : str
        SQL text; block comments may nest, as in DuckDB.

    Returns
    -------
    str
        The text without comments. A block comment that is never closed is left, for the parser to refuse.

    Examples
    --------
    >>> without_comments("a /* b */ '--'")
    "a         '--'"
    """
    result, at = [], 0
    while found := _PARTS.search(sql, at):
        result.append(sql[at : found.start()])
        end = _closed(sql, found.start()) if found["block"] else found.end()
        if end < 0:
            at = found.start()
            break
        part = sql[found.start() : end]
        result.append(part if found["kept"] else re.sub(r"[^\n]", " ", part))
        at = end
    return "".join(result) + sql[at:]


def _closed(sql: str, start: int) -> int:
    depth = 0
    for mark in re.finditer(r"/\*|\*/", sql[start:]):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return start + mark.end()
    return -1
