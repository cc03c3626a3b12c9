"""Draft a source into a project's folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vertebra.bug import bug
from vertebra.errors import ProjectError, UsageError
from vertebra.formatted.draft.decision import CERTAIN, Decision
from vertebra.formatted.draft.logical import draft_source
from vertebra.operations.contained import unpacked
from vertebra.operations.delivered import deliveries
from vertebra.project import read_project, read_source
from vertebra.workspace import open_engine

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class DraftReport:
    """A source that was drafted.

    Parameters
    ----------
    source : str
        Its name.
    path : Path
        Its file.
    text : str
        What stands in it.
    files, records : int
        That were looked at.
    decisions : tuple of Decision
        How it was found.
    """

    source: str
    path: Path
    text: str
    files: int
    records: int
    decisions: tuple[Decision, ...]

    @property
    def uncertain(self) -> tuple[Decision, ...]:
        """What somebody should look at, the least certain first."""
        open_ = (d for d in self.decisions if d.confidence < CERTAIN and not d.about.startswith("dependencies."))
        return tuple(sorted(open_, key=lambda decision: decision.confidence))

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "source": self.source,
            "file": str(self.path),
            "files": self.files,
            "records": self.records,
            "decisions": [asdict(decision) for decision in self.decisions],
        }


def draft(folder: Path, paths: Sequence[Path], name: str, *, force: bool = False) -> DraftReport:
    """Look at files and write `sources/NAME.yaml`.

    Parameters
    ----------
    folder : Path
        Of the project.
    paths : sequence of Path
        Files, or folders of them.
    name : str
        Of the source.
    force : bool
        May a file of that name be written over?

    Raises
    ------
    ProjectError, UsageError
        If the folder is no project, the name is none or taken, or the files cannot be drafted from.
    """
    project = read_project(folder.resolve())
    if not _NAME.fullmatch(name) or name.endswith("_quarantine"):
        proposal = re.sub(r"\W+", "_", name.lower()).strip("_")
        raise UsageError(
            f'"{name}" is not a name for a source',
            where="--source",
            why="small letters, digits and _ only, a letter first, and not `_quarantine` at the end",
            next_=f"--source {proposal if _NAME.fullmatch(proposal) else 'readings'}",
        )
    target = project.folder / "sources" / f"{name}.yaml"
    if target.exists() and not force:
        raise UsageError(
            f'the source "{name}" stands already',
            where=f"sources/{name}.yaml",
            why="what somebody wrote there would be lost",
            next_="another --source NAME, or --force to write over it",
        )
    found = deliveries(project.folder, paths)
    scratch = project.storage / "scratch-draft"
    engine = open_engine(project, scratch)
    try:
        found = unpacked(found, scratch)
        drafted = draft_source(engine, name, found.given, found.collect, scratch, found.decisions)
    finally:
        engine.close()
        shutil.rmtree(scratch, ignore_errors=True)
    _write(target, drafted.text)
    return DraftReport(name, target, drafted.text, len(found.given), drafted.records, drafted.decisions)


def _write(target: Path, text: str) -> None:
    """Write the file whole, and only if it can be read."""
    target.parent.mkdir(exist_ok=True)
    beside = target.with_suffix(".draft")
    try:
        beside.write_text(text, encoding="utf-8")
        read_source(beside, f"sources/{target.name}")
        beside.replace(target)
    except ProjectError as error:
        raise bug(error, None) from error
    finally:
        beside.unlink(missing_ok=True)
