"""Pictures of an analysis, drawn without a screen below the project's `reports/`."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vertebra.analysis import plots
from vertebra.analysis.definition import Analysis
from vertebra.errors import StorageError
from vertebra.governance.datasets import DatasetVersion
from vertebra.sql import literal, quote
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 130
_DRAWN: Mapping[str, Callable[[Analysis, Mapping[str, Any], str], Figure]] = {
    "measured": plots.measured,
    "residuals": plots.residuals,
}


def reports(
    ws: Workspace, analysis: Analysis, residuals: DatasetVersion, candidate: str, *, fresh: bool
) -> tuple[str, ...]:
    """Draw the declared plots of a candidate below `reports/`; the same rows give the same bytes.

    Parameters
    ----------
    ws : Workspace
        Where.
    analysis : Analysis
        Whose.
    residuals : DatasetVersion
        What is drawn.
    candidate : str
        Whose rows of it.
    fresh : bool
        Draw what stands already as well.

    Returns
    -------
    tuple of str
        Where they were written, in words.

    Raises
    ------
    StorageError
        If a file cannot be written.
    """
    folder = ws.project.folder / "reports"
    wanted = {name: folder / f"{analysis.name}_{name}.png" for name in analysis.plots}
    due = {name: path for name, path in wanted.items() if fresh or not path.is_file()}
    if not due:
        return ()
    order = ", ".join(quote(column) for column in analysis.key)
    query = f"select * from r where candidate = {literal(candidate)} order by {order}"
    rows = ws.engine.arrow(query, (ws.relation(residuals, name="r"),))
    columns = {name: rows.column(name).to_numpy(zero_copy_only=False) for name in rows.column_names}
    for name, path in due.items():
        _write(path, _png(_DRAWN[name](analysis, columns, candidate)))
    return tuple(f"drawn: reports/{path.name}" for path in due.values())


def drawn(ws: Workspace, analysis: str) -> tuple[str, ...]:
    """Where plots of an analysis lie, below the project's folder."""
    paths = (f"reports/{analysis}_{name}.png" for name in _DRAWN)
    return tuple(path for path in paths if (ws.project.folder / path).is_file())


def _png(figure: Figure) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})  # no version, no date
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise StorageError(
            "cannot write a plot",
            where=str(path),
            why=error.strerror or str(error),
            next_="make the project's folder `reports` writable, or take `plots:` out of the analysis",
        ) from error
