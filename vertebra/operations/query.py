"""Query: read one release with SQL, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vertebra import exploitation, sql
from vertebra.errors import QueryError, UnknownNameError, nearest
from vertebra.operations.release import contents, dataset_in
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa


def query(ws: Workspace, text: str, release: int | None = None, environment: str | None = None) -> pa.Table:
    """The result of a SELECT over the datasets of a release, whatever is running beside it.

    Parameters
    ----------
    ws : Workspace
        The project.
    text : str
        DuckDB SQL. `_file` and `_record` of formatted tables are seen by a query that names one of them.
    release : int, optional
        Its number; the environment's current one by default.
    environment : str, optional
        The project's first by default.

    Returns
    -------
    pyarrow.Table
        All rows.

    Raises
    ------
    QueryError
        If it is no SELECT, reads something outside the release, or cannot be bound.
    UnknownNameError
        If the release, or a name in it, does not exist.
    """
    parsed = sql.parse(text, "the query")
    for name in sql.outside(parsed):
        raise QueryError(
            f'"{name}" is outside the project',
            where="the query",
            why="a query reads the datasets of a release, which are recorded and traceable",
            next_="declare the data as a source; `vertebra status` lists what can be read",
        )
    number, found = contents(ws, release, environment)
    shown = exploitation.sees_provenance(parsed)
    names = sql.dependencies(parsed)
    for name in names:
        if name.lower() not in found:
            raise UnknownNameError(
                f'there is no dataset "{name}"',
                where=f"the query, release {number}",
                why="the release does not hold it",
                next_=nearest(name, found),
            )
    relations = [ws.relation(found[name.lower()], provenance=shown) for name in names]
    return ws.engine.arrow(text, relations)


def table(
    ws: Workspace,
    name: str,
    columns: tuple[str, ...] = (),
    release: int | None = None,
    environment: str | None = None,
) -> pa.Table:
    """A dataset of a release, whole or some of its columns; without provenance columns unless they are named.

    Raises
    ------
    UnknownNameError
        If the release, the dataset or a column does not exist.
    """
    number, found = contents(ws, release, environment)
    version = dataset_in(found, name, number)
    known = [column.name for column in version.columns]
    for column in columns:
        if column not in known:
            raise UnknownNameError(
                f'"{name}" has no column "{column}"',
                where=f"release {number}",
                why="its version there does not have it",
                next_=nearest(column, known),
            )
    relation = ws.relation(version, provenance=bool(columns))
    picked = ", ".join(sql.quote(column) for column in columns) or "*"
    return ws.engine.arrow(f"select {picked} from {sql.quote(name)}", [relation])
