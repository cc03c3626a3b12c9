"""Load a source: the file versions that its rule wants, into its table, in one commit."""

from __future__ import annotations

from dataclasses import replace

from vertebra.formatted.drift import evolved
from vertebra.formatted.loading import Loading
from vertebra.formatted.planning import effective, identity, table_names
from vertebra.formatted.publish import base_of, with_files
from vertebra.formatted.wanted import wanted
from vertebra.governance import datasets, evolutions, files
from vertebra.governance.evolutions import Evolution
from vertebra.project import Source
from vertebra.step import Outcome, Receipt
from vertebra.workspace import Workspace

_ROUNDS = 6  # of a load: a column that is found shows its values, values that are read may show another pattern


def format_source(ws: Workspace, source: Source, run_id: int) -> Receipt:
    """Bring a source's table to the file versions that its rule wants.

    Files that are not as the template says may change it, where it evolves; then what that concerns is read again.
    Each round is published with the changes that it found, so that a run that dies goes on from there; but where a
    load is to stop with too much in quarantine, that is known, and published, when nothing changes any more.

    Raises
    ------
    AccountError
        If a record went nowhere; nothing is published then.
    """
    receipt = _held(ws, source, run_id) if source.stop_above < 1 else _round(ws, source, run_id)
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


def _held(ws: Workspace, source: Source, run_id: int) -> Receipt:
    """Loads of which the last alone is published, by the template that all of them found."""
    pending: tuple[Evolution, ...] = ()
    for _ in range(_ROUNDS):
        found = _load(ws, source, run_id, pending, tentative=True)
        if isinstance(found, Receipt):
            return found
        pending = found
    return _round(ws, source, run_id, pending)


def _round(ws: Workspace, source: Source, run_id: int, pending: tuple[Evolution, ...] = ()) -> Receipt:
    """One load by the template that is in force now."""
    found = _load(ws, source, run_id, pending, tentative=False)
    assert isinstance(found, Receipt)  # noqa: S101  only what is tentative is not published
    return found


def _load(
    ws: Workspace, source: Source, run_id: int, pending: tuple[Evolution, ...], *, tentative: bool
) -> Receipt | tuple[Evolution, ...]:
    """One load by the template that is in force now, with changes that stand nowhere yet."""
    with ws.catalog.read() as connection:
        source = evolved(effective(connection, source), pending)
        versions = wanted(files.named(connection, source.name), source.load)
        own = identity(source, versions)
        ready = [datasets.by_identity(connection, name, own) for name in table_names(source)]
        base = base_of(connection, source)
    if all(ready):
        if pending:  # another template that says the same has read these files before
            with ws.catalog.write() as connection:
                evolutions.record(connection, run_id, pending)
        found = {version.name: version.id for version in ready if version}
        rows = ready[0].rows if ready[0] else 0
        return Receipt(Outcome.NONE, rows=rows, datasets=found, notes=tuple(one.text for one in pending))
    base = with_files(ws, base) if base else None
    return Loading(ws, source, versions, own, base, run_id, pending, tentative).run()
