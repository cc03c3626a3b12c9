"""Read one SELECT-like statement; refuse everything else at the gate."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError

from vertebra.errors import QueryError
from vertebra.sql.comments import without_comments
from vertebra.sql.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

_READS = (exp.Query, exp.Values, exp.Pivot)
_WRITES = (
    exp.DML,
    exp.DDL,
    exp.Command,
    exp.Copy,
    exp.Attach,
    exp.Detach,
    exp.Set,
    exp.Pragma,
    exp.Drop,
    exp.Alter,
    exp.Into,
    exp.Use,
)
_NEXT = "a view is one SELECT, with or without WITH; write it as that"


def parse(sql: str, where: str) -> Query:
    """Read one SELECT-like statement.

    Parameters
    ----------
    sql : str
        DuckDB SQL: a SELECT, a set operation, WITH before either, FROM-first, VALUES, PIVOT.
    where : str
        The file that it stands in, for messages.

    Returns
    -------
    Query
        The statement.

    Raises
    ------
    QueryError
        On a syntax error, on no or several statements, and on anything that writes or sets.

    Examples
    --------
    >>> parse("select 1 as one", "views/one.sql").tree.sql()
    'SELECT 1 AS one'
    """
    bare = without_comments(sql)
    statements = _statements(bare, where)
    if len(statements) != 1:
        raise QueryError(
            f"{len(statements) or 'no'} statements stand where one SELECT is expected",
            where=where if not statements else f"{where}:{_line(statements[1])}",
            why="a view is a single statement",
            next_=_NEXT,
        )
    tree = statements[0]
    for node in _refused(tree):
        word = bare.split(None, 1)[0].upper() if node is tree else type(node).__name__.upper()
        raise QueryError(
            f"{word} is not a SELECT",
            where=_place(bare, where, node, tree),
            why="a view only reads",
            next_=_NEXT,
        )
    return Query(sql, where, tree)


def _statements(sql: str, where: str) -> list[exp.Expr]:
    log = logging.getLogger("sqlglot")
    before, log.disabled = log.disabled, True  # sqlglot warns of a Command; here that is an error
    try:
        return [tree for tree in sqlglot.parse(sql, dialect="duckdb") if tree is not None and not _empty(tree)]
    except ParseError as error:
        found = error.errors[0] if error.errors else {}
        raise QueryError(
            f"SQL that cannot be read, at {found.get('highlight') or 'the end'!r}",
            where=f"{where}:{found.get('line', 1)}:{_column(sql, found)}",
            why=str(found.get("description") or error).rstrip("."),
            next_="mend the statement at this word, or just before it",
        ) from error
    except TokenError as error:
        line, column = _end(sql)
        raise QueryError(
            "SQL that cannot be split into words",
            where=f"{where}:{line}:{column}",
            why=str(error).replace("\n", " "),
            next_="look for a quote, bracket or comment that is opened and never closed",
        ) from error
    except (SqlglotError, RecursionError) as error:
        raise QueryError(
            "SQL that cannot be read",
            where=where,
            why=str(error).split("\n", 1)[0],
            next_="write the statement more simply",
        ) from error
    finally:
        log.disabled = before


def _empty(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.Semicolon)


def _refused(tree: exp.Expr) -> Iterator[exp.Expr]:
    if not isinstance(tree, _READS) or isinstance(tree, _WRITES):
        yield tree
    yield from tree.find_all(*_WRITES)


def _column(sql: str, found: dict[str, object]) -> int:
    """Give the 1-based column at which the offending word starts; sqlglot says where it ends."""
    end, word = int(str(found.get("col", 1))), str(found.get("highlight") or "")
    line = sql.split("\n")[int(str(found.get("line", 1))) - 1] if sql else ""
    start = end - len(word)
    return start + 1 if line[start:end] == word else end


def _place(sql: str, where: str, node: exp.Expr, tree: exp.Expr) -> str:
    if node is not tree:
        return f"{where}:{_line(node)}"
    before = sql[: len(sql) - len(sql.lstrip())]
    return f"{where}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def _line(node: exp.Expr) -> int:
    return min((int(n.meta["line"]) for n in node.walk() if "line" in n.meta), default=1)


def _end(sql: str) -> tuple[int, int]:
    lines = sql.split("\n")
    return len(lines), len(lines[-1]) + 1
