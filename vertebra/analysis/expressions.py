"""The SQL of an analysis: one query made of its parts, and a label that is not among its own features."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vertebra import sql
from vertebra.analysis.definition import Feature
from vertebra.document import Section
from vertebra.errors import ProjectError, QueryError

if TYPE_CHECKING:
    from sqlglot import exp

Reference = tuple[str, str]
"""Qualifier (empty where none is written) and column, both folded."""


def compose(columns: Iterable[Feature], source: str, population: str) -> str:
    """The query that makes the feature table: grain, label and features of the population."""
    # each part ends with a line break, so that a comment at its end cannot swallow what follows
    items = ",\n".join(f"  {column.sql}\n    as {sql.quote(column.name)}" for column in columns)
    where = f"\nwhere {population}\n" if population else ""
    return f"select\n{items}\nfrom {source}\n{where}"


def check_source(top: Section, source: str) -> None:
    """Refuse what is no from clause alone.

    Raises
    ------
    ProjectError
        Naming file and line.
    """
    tree = _parsed(top, "from", f"select 1 from {source}\n")
    allowed = {"expressions", "from_", "joins", "kind"}
    extra = sorted(name.rstrip("_") for name, value in tree.args.items() if value and name not in allowed)
    if extra or not tree.args.get("from_"):
        raise top.error("from", f"it holds a {' and a '.join(extra) or 'query'}", "write datasets and joins only")


def check_condition(top: Section, key: str, condition: str) -> None:
    """Refuse what is no condition."""
    tree = _parsed(top, key, f"select 1 where {condition}\n")
    _refuse_beside(top, key, tree, {"expressions", "where", "kind"})


def check_expression(section: Section, text: str) -> None:
    """Refuse what is not one expression over one row: several, an aggregate, a star, a clause behind it.

    Raises
    ------
    ProjectError
        Naming file and line.
    """
    from sqlglot import exp

    from vertebra.sql.tree import has_aggregate

    tree = _parsed(section, "sql", f"select {text}\n")
    _refuse_beside(section, "sql", tree, {"expressions", "kind"})
    first = tree.expressions[0]
    if len(tree.expressions) != 1 or isinstance(first, exp.Alias) or first.is_star or first.find(exp.Columns):
        raise section.error("sql", f"`{text}` is not one expression without a name", "one expression for each name")
    if has_aggregate(first):
        raise section.error(
            "sql",
            f"`{text}` draws many rows into one",
            "build it in a view, or join the rows that it looks back on, or use a window: avg(…) over (…)",
        )


def refuse_label(label: Feature, parts: Iterable[tuple[Section, str, Feature]], source: str) -> None:
    """Refuse features that hold the label, or a column that the label is made of, of the same row.

    A label that hides behind a second alias of the same row is found by `vertebra.analysis.leakage`, on the data.

    Parameters
    ----------
    label : Feature
        The label.
    parts : iterable of (Section, str, Feature)
        Where each feature (or condition) is declared, and under which key.
    source : str
        The from clause: where it reads one thing only, a column needs no qualifier.

    Raises
    ------
    ProjectError
        Naming file, line and the column.
    """
    names = {name for _, name in references(label.sql)} | {label.name.lower()}
    known = tables(source)
    only = next(iter(known)) if len(known) == 1 else ""
    own = {(qualifier or only, name) for qualifier, name in references(label.sql)}
    for section, key, part in parts:
        for qualifier, column in sorted(references(part.sql)):
            if (qualifier or only, column) in own or (not qualifier and column in names):
                shown = f"{qualifier}.{column}" if qualifier else column
                raise section.error(
                    key,
                    f'"{part.name}" reads {shown}, which the label "{label.name}" of the same row is made of',
                    "take it out; what was known before can be joined, for example "
                    "`left join t w on w.day = d.day - 7`, and read as w.…",
                )


def tables(source: str) -> dict[str, str]:
    """What a from clause reads, by the name that qualifies its columns, folded: a dataset, or "" for a subquery.

    Examples
    --------
    >>> tables("daily d left join Daily w on w.day = d.day - 7 cross join weather")
    {'d': 'daily', 'w': 'daily', 'weather': 'weather'}
    """
    from vertebra.sql import scope

    tree = sql.parse(f"select 1 from {source}\n", "from").tree
    return {scope.named(node): node.name.lower() if scope.is_base(node) else "" for node, _ in scope.places(tree)}


def references(text: str) -> set[Reference]:
    """The columns that an expression names.

    Examples
    --------
    >>> sorted(references("D.heat - coalesce(w.heat, x)"))
    [('', 'x'), ('d', 'heat'), ('w', 'heat')]
    """
    from sqlglot import exp

    tree = sql.parse(f"select {text}\n", "expression").tree
    return {(column.table.lower(), column.name.lower()) for column in tree.find_all(exp.Column)}


def _parsed(section: Section, key: str, text: str) -> exp.Expr:
    try:
        return sql.parse(text, section.file).tree
    except QueryError as error:
        raise section.error(key, f"{error.what}: {error.why}", error.next) from error


def _refuse_beside(section: Section, key: str, tree: exp.Expr, allowed: set[str]) -> None:
    extra = sorted(name.rstrip("_") for name, value in tree.args.items() if value and name not in allowed)
    if extra:
        raise section.error(key, f"a {' and a '.join(extra)} stands in it", "write the expression alone")


def check_whole(top: Section, query: sql.Query) -> None:
    """Refuse what reads from outside the project, or gives another result tomorrow.

    Raises
    ------
    ProjectError
        Naming file and line.
    """
    for found in sql.outside(query):
        raise top.error(
            "from",
            f"{found} is read from outside and has no version, so nothing could be traced or trained again",
            "declare it as a source in sources/*.yaml and name its table",
        )
    for volatile in sql.nondeterminism(query):
        raise ProjectError(
            f"an analysis cannot use `{volatile.text}`",
            where=query.where,
            why=f"its value is not decided by the release alone ({volatile.kind}), so training twice could differ",
            next_="take the value from a column of a dataset",
        )
