"""What the rules of the rewriting hand to each other.

The rewriting follows one occurrence of one relation at a time. A rule is given a query and yields, for every
occurrence of a relation below it, one `Pairs` (rows of the query, each beside an identity of a row that it comes
from) or one `Whole` (identities that count for whatever is chosen above).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.errors import UsageError
from vertebra.sql.tree import column, identifier, key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vertebra.sql.normal import Normal


@dataclass(frozen=True, slots=True)
class Push:
    """Values that an output column must have one of, handed down so that less is read."""

    output: int
    literals: tuple[exp.Expr, ...]

    def on(self, expression: exp.Expr) -> exp.Expr:
        """Write the condition on an expression."""
        left = expression.copy()
        if not isinstance(left, exp.Column | exp.Func | exp.Paren | exp.Literal):
            left = exp.Paren(this=left)
        values = [one.copy() for one in self.literals if not isinstance(one, exp.Null)]
        absent = exp.Is(this=left.copy(), expression=exp.Null())
        if not values:
            return absent
        one_of: exp.Expr = exp.EQ(this=left, expression=values[0])
        if len(values) > 1:
            one_of = exp.In(this=left, expressions=values)
        return one_of if len(values) == len(self.literals) else exp.Paren(this=exp.Or(this=one_of, expression=absent))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of a query beside identities of one occurrence of a relation.

    Attributes
    ----------
    relation : str
        The relation.
    query : sqlglot.exp.Query
        Gives the columns of the rewritten query, by name and position, then the columns `ids`.
    width : int
        Number of columns before the ids.
    ids : tuple of str
        Names of the identity columns.
    probe : str or None
        The id column whose NULL says "no row of this relation"; None when there always is one.
    single : bool
        Whether the rows before the ids are exactly the rows of the query, one for one.
    pushed : bool
        Whether every condition that was handed down holds for the rows.
    exact, why : bool, str
        Whether the pairs are exact; otherwise what made them wider.
    """

    relation: str
    query: exp.Query
    width: int
    ids: tuple[str, ...]
    probe: str | None
    single: bool
    pushed: bool
    exact: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """Identities of one occurrence that count as a whole: `query` gives them, in the order of the identity."""

    relation: str
    query: exp.Query
    exact: bool
    why: str


Found = Pairs | Whole


@dataclass(frozen=True, slots=True)
class Context:
    """What every rule needs to know.

    Attributes
    ----------
    normal : Normal
        The query in normal form.
    identities : mapping of str to tuple of str
        Identity columns by folded relation name.
    prefix : str
        Start of the names that the rewriting makes up; nothing in the query starts so.
    """

    normal: Normal
    identities: Mapping[str, tuple[str, ...]]
    prefix: str

    def identity(self, relation: str) -> tuple[str, ...]:
        """Look up the identity columns of a relation."""
        return identity_of(relation, self.identities)

    def hidden(self, relation: str) -> bool:
        """Say whether the identity is the loader's own (never NULL), not columns of the relation."""
        columns = {key(c) for c in self.normal.schemas[relation]}
        return not any(key(name) in columns for name in self.identity(relation))

    def name(self, what: str, at: int | None = None) -> str:
        """Make up a name."""
        return f"{self.prefix}{what}{'' if at is None else at}"

    def ids(self, count: int) -> tuple[str, ...]:
        """Name identity columns."""
        return tuple(self.name("id", at) for at in range(count))


def identity_of(relation: str, identities: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Look up the identity columns of a relation, by its folded name.

    Raises
    ------
    UsageError
        When it has none.
    """
    found = identities.get(key(relation))
    if not found:
        raise UsageError(
            f"nothing identifies the rows of {relation}",
            where="the identities given to trace",
            why="a trace answers with identities, so each relation needs some",
            next_=f"give the grain of {relation}, or its file and record number",
        )
    return found


def titled(expression: exp.Expr, name: str) -> exp.Alias:
    """Give an expression a name."""
    return exp.Alias(this=expression.copy(), alias=identifier(name))


def wide(found: Pairs, ctx: Context, why: str) -> Whole:
    """Let all identities of pairs count, whatever row they stand beside."""
    select = (
        exp.Select(expressions=[titled(column(name), name) for name in found.ids])
        if not isinstance(found.query, exp.Select)
        else None
    )
    if select is None:
        query = found.query.copy()
        query.set("expressions", query.expressions[found.width :])
    else:
        query = select
        query.set("from_", exp.From(this=derived(found.query, ctx.name("all"))))
    if found.probe:
        query = exp.Select(
            expressions=[column(name) for name in found.ids],
            from_=exp.From(this=derived(query, ctx.name("some"))),
            where=exp.Where(this=exp.Not(this=exp.Is(this=column(found.probe), expression=exp.Null()))),
        )
    return Whole(found.relation, query, exact=False, why=why)


def all_rows(relation: str, ctx: Context, why: str) -> Whole:
    """Let every row of a relation count."""
    query = exp.Select(
        expressions=[column(name) for name in ctx.identity(relation)],
        from_=exp.From(this=exp.Table(this=identifier(relation))),
    )
    return Whole(relation, query, exact=False, why=why)


def derived(query: exp.Expr, alias: str, columns: tuple[str, ...] = ()) -> exp.Subquery:
    """Put a query into a FROM clause."""
    names = [identifier(c) for c in columns]
    return exp.Subquery(
        this=query, alias=exp.TableAlias(this=identifier(alias), **({"columns": names} if names else {}))
    )


def same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Compare two values so that NULL equals NULL."""
    return exp.NullSafeEQ(this=left.copy(), expression=right.copy())


def softened(found: Found, why: str) -> Found:
    """Mark an answer as wider than exact."""
    return replace(found, exact=False, why=found.why or why)
