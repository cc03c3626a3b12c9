"""Which datasets of a release the definitions as they are now would make otherwise, from the same formatted tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from vertebra import exploitation, formatted
from vertebra.errors import StepError
from vertebra.formatted.publish import definition
from vertebra.governance import datasets
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.definitions import QUARANTINE, Definitions
from vertebra.operations.forecast import Status

Held = Mapping[str, DatasetVersion]
"""Dataset to its version in the release."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """A view that would be made otherwise.

    Parameters
    ----------
    view : View
        As it is declared now.
    status : Status
        `added`, `changed`, or `new data` where only what it reads changes.
    why : str
        Why, in words.
    stands : dict
        What a run elsewhere made of the same definition and inputs already: it need not be built; empty for nothing.
    lacks : str
        A relation that it reads and that neither the release nor a view gives; empty for none.
    """

    view: exploitation.View
    status: Status
    why: str
    stands: dict[str, DatasetVersion]
    lacks: str = ""


def concerned(connection: Connection, definitions: Definitions, held: Held) -> Iterator[Concerned]:
    """The views that would be made otherwise, each after those that it reads."""
    identities = {
        name: held[name].identity
        for name, (_, made_by) in definitions.makers.items()
        if name in held and made_by in definitions.sources
    }
    moved: set[str] = set()
    for view in definitions.views.values():
        own = held.get(view.name)
        lacks = next((name for name in view.depends if name not in identities), "")
        identity = "" if lacks else exploitation.identity(view, {name: identities[name] for name in view.depends})
        identities[view.name] = identity
        if own is not None and own.identity == identity:
            continue
        moved.add(view.name)
        status, why = _status(connection, view, own, [name for name in view.depends if name in moved])
        yield Concerned(view, status, why, _stands(connection, view, identity) if identity else {}, lacks)


def _status(
    connection: Connection, view: exploitation.View, own: DatasetVersion | None, moved: list[str]
) -> tuple[Status, str]:
    if own is None:
        return Status.ADDED, "the release does not hold it"
    if own.definition_id is None or datasets.definition_of(connection, own.definition_id)[0] != view.fingerprint:
        return Status.CHANGED, "its definition changed"
    return Status.NEW_DATA, f"{', '.join(moved)} change{'s' * (len(moved) == 1)}" if moved else "its inputs changed"


def _stands(connection: Connection, view: exploitation.View, identity: str) -> dict[str, DatasetVersion]:
    names = [view.name, f"{view.name}{QUARANTINE}"] if view.quarantines else [view.name]
    found = {name: datasets.by_identity(connection, name, identity) for name in names}
    return {name: version for name, version in found.items() if version} if all(found.values()) else {}


def removed(definitions: Definitions, held: Held) -> Iterator[DatasetVersion]:
    """The formatted tables, views and quarantines that nothing declares any more."""
    quarantining = {f"{view.name}{QUARANTINE}" for view in definitions.views.values() if view.quarantines}
    for version in held.values():
        if version.zone != "analysis" and version.name not in definitions.makers and version.name not in quarantining:
            yield version


def otherwise(connection: Connection, definitions: Definitions, held: Held) -> Iterator[str]:
    """The sources whose template is another than the one that made the release's tables, in words."""
    for source in definitions.sources.values():
        own = held.get(source.name)
        if own is None or own.definition_id is None:
            continue
        now, _ = definition(formatted.effective(connection, source))
        if datasets.definition_of(connection, own.definition_id)[0] != now:
            yield f"{source.name}: its template changed, and no file is read again here: its rows are those that stand"


def cannot(one: Concerned, why: str, release: int) -> StepError:
    """Why a view cannot be built beside a release."""
    return StepError(
        f'"{one.view.name}" cannot be built beside release {release}',
        where=one.view.where,
        why=why,
        next_="vertebra plan says what a run would make first" if one.lacks else "mend that one first",
    )
