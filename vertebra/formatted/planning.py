"""What a load of a source would do: nothing is read, nothing is touched, and nothing heavy is imported for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from vertebra.formatted.change import Effect
from vertebra.formatted.drift import evolved
from vertebra.formatted.formats.registry import module_of
from vertebra.formatted.publish import base_of
from vertebra.formatted.wanted import wanted
from vertebra.governance import datasets, evolutions, files
from vertebra.governance.files import Named
from vertebra.project import Load, Source
from vertebra.step import Action
from vertebra.workspace import Workspace


def identity(source: Source, versions: Iterable[Named]) -> str:
    """What a table version is: its template and the bytes that went into it."""
    return datasets.fingerprint(
        "format", source.template(), [(file.name, file.version, file.sha256) for file in versions]
    )


def table_names(source: Source) -> tuple[str, ...]:
    """The tables of a source: its own, its quarantine, and those of its nested arrays."""
    return (source.name, f"{source.name}_quarantine", *(child.name for child in source.children))


def needed(source: Source) -> tuple[str, ...]:
    """The modules that a load of the source will import."""
    return "vertebra.formatted.load", module_of(source)


def effective(connection: Connection, source: Source) -> Source:
    """The source with the template that is in force: what is declared, and what files changed about it since."""
    return evolved(source, evolutions.evolutions(connection, source.name))


def plan(ws: Workspace, source: Source, arriving: int) -> tuple[Action, str]:
    """What a load would do, and why; touches nothing.

    Parameters
    ----------
    arriving : int
        Files that landing would take.
    """
    with ws.catalog.read() as connection:
        source = effective(connection, source)
        stands = datasets.head(connection, source.name)
        base = base_of(connection, source) if stands else None
        if stands and arriving:  # what is there already need not be looked through
            return (Action.CHANGE if base is None else Action.REFRESH), f"{_files(arriving)} new or changed"
        versions = wanted(files.named(connection, source.name), source.load)
        ready = datasets.by_identity(connection, source.name, identity(source, versions))
    if stands is None:
        count = len(versions) + arriving
        return Action.ADD, f"the table does not stand yet; {_files(count)} to format"
    if ready:
        return Action.NONE, "nothing new"
    if base is None:
        return Action.CHANGE, f"the template is another; {_files(len(versions))} to format"
    wants = {version.id for version in versions}
    come, gone = wants - base.standing, base.files - wants
    if base.changed:
        again = "what is in quarantine is read again" if base.change.effect is Effect.QUARANTINE else ""
        words = [f"{_files(len(come))} to format" if come else "", again]
        return Action.CHANGE, "; ".join(["the template is another", *filter(None, words)])
    return Action.REFRESH, f"{_files(len(come))} to add, {_files(len(gone))} to take out"


@dataclass(frozen=True, slots=True)
class Amount:
    """What a load would read: bytes of landed files; and do rows that stand stay?"""

    size: int
    stays: bool


def amount(connection: Connection, source: Source) -> Amount:
    """What a load would read of what has landed."""
    source = effective(connection, source)
    base = base_of(connection, source)
    wants = {version.id for version in wanted(files.named(connection, source.name), source.load)}
    come = files.files_by_id(connection, wants - base.standing if base else wants)
    return Amount(sum(file.size for file in come.values()), base is not None and source.load is not Load.REPLACE)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
