"""Where the example project's own files lie: in the installed package, or in the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vertebra.errors import ProjectError

PARTS: Final = ("vertebra.yaml", "glossary.yaml", "sources", "views", "tests", "analyses")

_HERE: Final = Path(__file__).resolve().parent


def project_files(package: Path = _HERE) -> Path:
    """The folder with the heating example's `vertebra.yaml`, glossary, sources, views, their tests and analyses.

    Parameters
    ----------
    package : Path
        The simulator's own folder.

    Returns
    -------
    Path
        `project` in that folder, as a wheel carries it, or else the checkout's `examples/heating`.

    Raises
    ------
    ProjectError
        When neither is whole.
    """
    places = (package / "project", package.parents[1] / "examples" / "heating")
    for place in places:
        if all((place / part).exists() for part in PARTS):
            return place
    raise ProjectError(
        "the heating example's project files are not there",
        where=" and ".join(map(str, places)),
        why=f"neither holds all of {', '.join(PARTS)}",
        next_="install the package again, or restore the folder from the repository",
    )
