"""Query: one SELECT-like statement, as written and as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT-like statement.

    Attributes
    ----------
    text : str
        The statement as it was written.
    where : str
        The file, or whatever the text came from, for messages.
    tree : sqlglot.exp.Expr
        Its tree. Nobody changes it: every function here works on a copy.
    """

    text: str
    where: str
    tree: exp.Expr = field(compare=False, repr=False)
