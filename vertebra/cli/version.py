"""`vertebra version`."""

from __future__ import annotations

from vertebra._version import __version__
from vertebra.cli.answer import Answer


def command() -> Answer:
    """Say which version of Vertebra this is.

    Example: vertebra version
    """
    return Answer({"version": __version__}, [f"vertebra {__version__}"])
