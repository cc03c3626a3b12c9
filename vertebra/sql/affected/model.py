"""What the rewriting answers with, and what its rules hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from sqlglot import exp

from vertebra.sql.scope import is_base
from vertebra.sql.tree import identifier, key
from vertebra.sql.withs import uses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vertebra.sql.normal import Normal


@dataclass(frozen=True, slots=True)
class Affected:
    """Which keys of a query's rows can have changed.

    Attributes
    ----------
    sql : str
        DuckDB SQL for the distinct keys; empty when any row can have changed.
    changed : mapping of str to str
        Relation to the name under which the query reads its changed rows: those that came and those that went.
    before : mapping of str to str
        Relation to the name under which the query reads it as it was; only of those that it has to read so.
    why : str
        Why any row can have changed; empty when the keys can be told.
    """

    sql: str
    changed: Mapping[str, str]
    before: Mapping[str, str]
    why: str = ""


class State(Enum):
    """A state of the inputs."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Context:
    """What every rule needs to know.

    Attributes
    ----------
    normal : Normal
        The query in normal form.
    relations : frozenset of str
        Folded names of the relations that changed.
    definitions : frozenset of str
        Folded names of the WITH queries that read one of them.
    prefix : str
        Start of the names that the rewriting makes up; nothing in the query starts so.
    made : list of sqlglot.exp.CTE
        The WITH queries that the rules made so far: what several branches read stands once.
    """

    normal: Normal
    relations: frozenset[str]
    definitions: frozenset[str]
    prefix: str
    made: list[exp.CTE] = field(default_factory=list)

    def once(self, query: exp.Expr, width: int) -> str:
        """Write a query down as a WITH query, so that it stands once, and give its name."""
        name = self.name("part", len(self.made))
        columns = [identifier(one) for one in self.names("c", width)]
        self.made.append(exp.CTE(this=query, alias=exp.TableAlias(this=identifier(name), columns=columns)))
        return name

    def read(self, name: str, alias: str, columns: Sequence[str] = ()) -> exp.Table:
        """Read such a query in a FROM clause, under an alias."""
        shown = [identifier(one) for one in columns]
        return exp.Table(this=identifier(name), alias=exp.TableAlias(this=identifier(alias), columns=shown))

    def name(self, what: str, at: int | None = None) -> str:
        """Make up a name."""
        return f"{self.prefix}{what}{'' if at is None else at}"

    def names(self, what: str, count: int) -> tuple[str, ...]:
        """Make up several names."""
        return tuple(self.name(what, at) for at in range(count))

    def moved(self, node: exp.Expr) -> bool:
        """Say whether a node reads a relation that changed."""
        return any(self.means(use.table) is not None for use in uses(node))

    def means(self, table: exp.Expr) -> str | None:
        """Give the folded name of a changed relation or WITH query that a table names; None for any other."""
        if not is_base(table) or table.args.get("db"):
            return None
        name = key(table.name)
        known = self.definitions if name in self.normal.definitions else self.relations
        return name if name in known else None

    def before(self, name: str) -> str:
        """Name a relation or WITH query as it was."""
        return self.name(f"before_{name}")

    def changed(self, name: str) -> str:
        """Name the changed rows of a relation."""
        return self.name(f"changed_{name}")

    def at(self, node: exp.Expr, state: State) -> exp.Expr:
        """Copy a node so that it reads a state of the inputs."""
        copy = node.copy()
        if state is State.BEFORE:
            for use in list(uses(copy)):
                name = self.means(use.table)
                if name is not None:
                    renamed(use.table, self.before(name))
        return copy


def renamed(table: exp.Expr, name: str) -> None:
    """Let a table in a FROM clause read something else under the name that it had, in place."""
    if not table.alias:
        table.set("alias", exp.TableAlias(this=table.this.copy()))
    table.set("this", identifier(name))


def context(normal: Normal, relations: frozenset[str], prefix: str) -> Context:
    """Find out which WITH queries read a changed relation."""
    found: frozenset[str] = frozenset()
    for name, definition in normal.definitions.items():
        if Context(normal, relations, found, prefix).moved(definition.query):
            found |= {name}
    return Context(normal, relations, found, prefix)
