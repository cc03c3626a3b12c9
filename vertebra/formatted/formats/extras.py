"""Libraries that a few formats need and that a plain installation does not bring."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from vertebra.errors import UsageError


def library(name: str, extra: str) -> ModuleType:
    """A library, or an error that says how it is installed.

    Parameters
    ----------
    name : str
        Under which it is imported.
    extra : str
        The extra of Vertebra that brings it.

    Raises
    ------
    UsageError
        If it is not there.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(
            f"a library is needed to read this format: {name}",
            where="this Python environment",
            why=str(error),
            next_=f"pip install 'vertebra[{extra}]'",
        ) from error
