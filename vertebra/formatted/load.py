"""Load a source: the file versions that its rule wants, into its table, in one commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from vertebra.formatted.change import Effect
from vertebra.formatted.drift import evolved
from vertebra.formatted.loading import Loading
from vertebra.formatted.publish import base_of, with_files
from vertebra.formatted.wanted import wanted
from vertebra.governance import datasets, evolutions, files
from vertebra.governance.files import Named
from vertebra.project import Source
from vertebra.step import Action, Outcome, Receipt
from vertebra.workspace import Workspace

_ROUNDS = 6  # of a load: a column that is found shows its values, values that are read may show another pattern


def identity(source: Source, versions: Iterable[Named]) -> str:
    """What a table version is: its template and the bytes that went into it."""
    return datasets.fingerprint(
        "format", source.template(), [(file.name, file.version, file.sha256) for file in versions]
    )


def table_names(source: Source) -> tuple[str, ...]:
    """The tables of a source: its own, its quarantine, and those of its nested arrays."""
    return (source.name, f"{source.name}_quarantine", *(child.name for child in source.children))


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


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def format_source(ws: Workspace, source: Source, run_id: int) -> Receipt:
    """Bring a source's table to the file versions that its rule wants.

    Files that are not as the template says may change it, where it evolves; then what that concerns is read again.
    Each round is published with the changes that it found, so that a run that dies goes on from there.

    Raises
    ------
    AccountError
        If a record went nowhere; nothing is published then.
    """
    receipt = _round(ws, source, run_id)
    order = {name: place for place, name in enumerate(table_names(source))}  # child tables have accounts of their own
    accounts = {(order[account.table], account.file_id): account for account in receipt.accounts}
    notes, fallbacks = list(receipt.notes), list(receipt.fallbacks)
    for _ in range(_ROUNDS):
        if not receipt.changed:
            break
        receipt = _round(ws, source, run_id)
        accounts |= {(order[account.table], account.file_id): account for account in receipt.accounts}
        notes += receipt.notes
        fallbacks += receipt.fallbacks
    return replace(
        receipt,
        outcome=Outcome.DONE if accounts else receipt.outcome,
        accounts=tuple(accounts[one] for one in sorted(accounts)),
        notes=tuple(notes),
        fallbacks=tuple(dict.fromkeys(fallbacks)),
    )


def _round(ws: Workspace, source: Source, run_id: int) -> Receipt:
    """One load by the template that is in force now."""
    with ws.catalog.read() as connection:
        source = effective(connection, source)
        versions = wanted(files.named(connection, source.name), source.load)
        own = identity(source, versions)
        ready = [datasets.by_identity(connection, name, own) for name in table_names(source)]
        base = base_of(connection, source)
    if all(ready):
        found = {version.name: version.id for version in ready if version}
        return Receipt(Outcome.NONE, rows=ready[0].rows if ready[0] else 0, datasets=found)
    return Loading(ws, source, versions, own, with_files(ws, base) if base else None, run_id).run()
