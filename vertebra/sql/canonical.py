"""Fingerprint: the identity of what a query means, not of how it is written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.scope import is_base, is_bracket, name_brackets, places
from vertebra.sql.tree import clauses, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vertebra.sql.query import Query


def fingerprint(query: Query) -> str:
    r"""Hash the canonical form of a query.

    Comments, white space, the letter case of keywords and unquoted names, and the names given to tables and WITH
    queries change nothing. Names of columns do: readers see them.

    Parameters
    ----------
    query : Query
        The query.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.

    Examples
    --------
    >>> from vertebra.sql.parser import parse
    >>> one = parse("SELECT m.a FROM Meters m -- all", "v.sql")
    >>> fingerprint(one) == fingerprint(parse("select x.A\nfrom meters as x", "v.sql"))
    True
    """
    return hashlib.sha256(canonical(query.tree).encode()).hexdigest()


def canonical(tree: exp.Expr) -> str:
    """Write a query in its canonical form.

    >>> import sqlglot
    >>> canonical(sqlglot.parse_one("with c as (select A from T) select c.a from c", dialect="duckdb"))
    'WITH "#w0" AS (SELECT "a" FROM "t" AS "#0") SELECT "#1"."a" FROM "#w0" AS "#1"'
    """
    copy = tree.copy()
    for node in copy.walk():
        node.comments = None
    name_brackets(copy)
    _Renaming().query(copy, {}, {})
    for frame in copy.find_all(exp.WindowSpec):
        for part, word in list(frame.args.items()):
            frame.set(part, word.upper() if isinstance(word, str) else word)
    for name in copy.find_all(exp.Identifier):
        name.set("this", name.name if name.quoted else key(name.name))
        name.set("quoted", True)
    return copy.sql(dialect="duckdb", comments=False)


class _Renaming:
    """Number the table aliases and WITH queries of a query in the order in which they stand."""

    def __init__(self) -> None:
        self._tables = 0
        self._withs = 0

    def query(self, node: exp.Expr, withs: Mapping[str, str], aliases: Mapping[str, str]) -> None:
        """Rename in a query, inside what it sees of WITH names and of the aliases around it."""
        known = dict(withs)
        clause = node.args.get("with_")
        if isinstance(clause, exp.With):
            for cte in clause.expressions:
                new = self._next_with()
                inside = {**known, key(cte.alias): new} if clause.recursive else known
                self.query(cte.this, inside, {})
                known[key(cte.alias)] = new
                cte.args["alias"].set("this", exp.Identifier(this=new, quoted=False))
        match node:
            case exp.Select():
                self._block(node, known, aliases)
            case exp.SetOperation():
                self.query(node.this, known, aliases)
                self.query(node.expression, known, aliases)
                self._rest(node, ("this", "expression", "with_"), known, aliases)
            case exp.Subquery() if isinstance(node.this, exp.Query | exp.Values):
                self.query(node.this, known, aliases)
                self._rest(node, ("this", "alias", "with_"), known, aliases)
            case _:
                self._rest(node, ("with_",), known, aliases)

    def _block(self, select: exp.Select, withs: Mapping[str, str], around: Mapping[str, str]) -> None:
        whole_rows = {key(c.name) for c in _own_columns(select) if not c.table}
        aliases = dict(around)
        for node, _ in list(places(select)):
            aliases.update(self._alias(node, whole_rows))
        for node, _ in list(places(select)):
            self._from_item(node, withs, aliases)
        for join in select.find_all(exp.Join):
            for bracket in (join.this, *join.this.iter_expressions()):
                if is_bracket(bracket):
                    self._rest(bracket, ("this", "alias"), withs, aliases)
        for clause in clauses(select):
            self._expression(clause, withs, aliases)
        for on in _bracketed_conditions(select):
            self._expression(on, withs, aliases)

    def _alias(self, node: exp.Expr, whole_rows: set[str]) -> dict[str, str]:
        name = key(node.alias_or_name)
        if not name or name in whole_rows or (isinstance(node, exp.Unnest) and not node.alias):
            return {name: node.alias_or_name} if name else {}
        if isinstance(node, exp.Table) and not is_base(node) and not _names_columns(node):
            return {name: node.alias_or_name}  # the alias of range() is also the name of its column
        if isinstance(node, exp.Unnest) and not _names_columns(node):
            return {name: node.alias_or_name}
        return {name: self._next_table()}

    def _from_item(self, node: exp.Expr, withs: Mapping[str, str], aliases: Mapping[str, str]) -> None:
        name = key(node.alias_or_name)
        if name and (is_base(node) or node.alias):
            alias = node.args.get("alias") or exp.TableAlias()
            alias.set("this", exp.Identifier(this=aliases.get(name, name), quoted=False))
            node.set("alias", alias)
        if is_base(node):
            if not node.args.get("db") and key(node.name) in withs:
                node.set("this", exp.Identifier(this=withs[key(node.name)], quoted=False))
            self._rest(node, ("this", "alias", "db", "catalog", "joins"), withs, aliases)
        elif isinstance(node, exp.Subquery):
            self.query(node, withs, aliases)
        else:
            self._rest(node, ("alias",), withs, aliases)

    def _rest(
        self, node: exp.Expr, skipped: tuple[str, ...], withs: Mapping[str, str], aliases: Mapping[str, str]
    ) -> None:
        for name, value in node.args.items():
            if name not in skipped:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, exp.Expr):
                        self._expression(child, withs, aliases)

    def _expression(self, node: exp.Expr, withs: Mapping[str, str], aliases: Mapping[str, str]) -> None:
        if isinstance(node, exp.Query):
            self.query(node, withs, aliases)
            return
        if isinstance(node, exp.Table):
            self._from_item(node, withs, aliases)
            return
        if isinstance(node, exp.Column):
            _qualify(node, aliases)
        for child in list(node.iter_expressions()):
            self._expression(child, withs, aliases)

    def _next_table(self) -> str:
        self._tables += 1
        return f"#{self._tables - 1}"

    def _next_with(self) -> str:
        self._withs += 1
        return f"#w{self._withs - 1}"


def _qualify(node: exp.Column, aliases: Mapping[str, str]) -> None:
    first = node.parts[0]
    if len(node.parts) > 1 and key(first.name) in aliases:
        first.replace(exp.Identifier(this=aliases[key(first.name)], quoted=False))


def _names_columns(node: exp.Expr) -> bool:
    alias = node.args.get("alias")
    return isinstance(alias, exp.TableAlias) and bool(alias.args.get("columns"))


def _own_columns(select: exp.Select) -> Iterator[exp.Column]:
    for clause in clauses(select):
        yield from clause.find_all(exp.Column)


def _bracketed_conditions(select: exp.Select) -> Iterator[exp.Expr]:
    own = {id(join) for join in select.args.get("joins") or ()}
    for _, join in places(select):
        if join is not None and id(join) not in own and isinstance(join.args.get("on"), exp.Expr):
            yield join.args["on"]
