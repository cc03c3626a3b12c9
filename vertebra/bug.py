"""An exception that nobody foresaw: four lines for the user, the traceback in a file for us."""

from __future__ import annotations

import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from vertebra._version import __version__
from vertebra.errors import BugError


def bug(error: BaseException, root: Path | None) -> BugError:
    """Keep the traceback of an unforeseen exception, and say where.

    Parameters
    ----------
    error : BaseException
        What was raised.
    root : Path or None
        Of the project's storage; the folder of temporary files where there is no project.
    """
    text = f"vertebra {__version__}\n\n{''.join(traceback.format_exception(error))}"
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S_%f}.txt"
    kept = _keep(root / "bugs", name, text) if root else None
    kept = kept or _keep(Path(tempfile.gettempdir()) / "vertebra-bugs", name, text)
    made = BugError(
        "this is a bug in Vertebra",
        where=str(kept) if kept else "the traceback could not be kept: no folder could be written",
        why=f"{type(error).__name__}: {error}".splitlines()[0],
        next_="send that file with your report; what stands is safe, so the same command may be typed again",
    )
    made.__cause__ = error
    return made


def _keep(folder: Path, name: str, text: str) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    except OSError:  # the disk may be what failed; the caller tries another place and then says so
        return None
    return folder / name
