"""Run a project on other deliveries, in a place of its own that is thrown away: what a pull request asks for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from vertebra.errors import UsageError
from vertebra.operations.report import RunReport, Watch
from vertebra.operations.run import run
from vertebra.project import FolderCollect, Source
from vertebra.workspace import Workspace, open_workspace


def run_against(project: Path, fixtures: Path, environment: str | None = None, watch: Watch | None = None) -> RunReport:
    """Run everything of a project but its data: land, format and build what other deliveries hold.

    Parameters
    ----------
    project : Path
        Its folder.
    fixtures : Path
        For each source a folder of its name, with files as they would be delivered; the source's own pattern chooses
        among them.
    environment : str, optional
        By whose name the release is published, in the place that is thrown away; it need not be the project's.
    watch : Watch, optional
        Who is told how it goes.

    Returns
    -------
    RunReport
        Of that run; a note says on what it ran.

    Raises
    ------
    UsageError
        If the folder does not hold one for each source.
    RequestError
        As for `run`.
    """
    with _apart() as apart:
        ws = _known(open_workspace(project, apart), environment)
        try:
            report = run(ws, environment, watch, deliveries=lambda sources: delivered(sources, fixtures))
        finally:
            ws.close()
    return replace(report, against=str(fixtures))


def delivered(sources: Mapping[str, Source], fixtures: Path) -> dict[str, Source]:
    """The same sources, collected from folders of their names.

    Raises
    ------
    UsageError
        If one of them is missing.
    """
    missing = [name for name in sources if not (fixtures / name).is_dir()]
    if missing:
        raise UsageError(
            f'there are no deliveries of "{missing[0]}" to run against',
            where=str(fixtures),
            why=f"it has no folder for {', '.join(missing)}; every source needs one of its name, empty or not",
            next_=f"mkdir -p {fixtures / missing[0]}, and put a small delivery into it",
        )
    return {name: replace(source, collect=_collect(source, fixtures / name)) for name, source in sources.items()}


def _collect(source: Source, folder: Path) -> FolderCollect:
    path = str(folder.resolve())
    return FolderCollect(path, "**/*", 0.0) if source.collect is None else replace(source.collect, folder=path)


def _known(ws: Workspace, environment: str | None) -> Workspace:
    if environment is None or environment in ws.project.environments:
        return ws
    return replace(ws, project=replace(ws.project, environments=(*ws.project.environments, environment)))


@contextmanager
def _apart() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vertebra-against-") as folder:
        yield Path(folder)
