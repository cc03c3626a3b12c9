"""Profiles: made when a step has published dataset versions, and shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from vertebra.bug import bug
from vertebra.errors import UnknownNameError, UsageError, VertebraError
from vertebra.governance import datasets, profiles, releases
from vertebra.governance.datasets import DatasetVersion
from vertebra.operations.release import contents, dataset_in, release_number
from vertebra.step import Profiled, Receipt
from vertebra.workspace import Workspace

if TYPE_CHECKING:
    from vertebra.profile import Comparison, Profile
    from vertebra.profile.part import Part

ZONES = ("formatted", "exploitation")
"""Zones whose datasets are profiled; what is in quarantine is counted by its findings."""
NONE, EVERY = "none", "all"


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """The profile of a dataset in a release, and what differs from another version.

    Parameters
    ----------
    release : int
        Its number.
    profile : Profile
        What is known.
    comparison : Comparison or None
        What differs; None where there is no earlier version with a profile.
    notes : tuple of str
        What was done otherwise than asked.
    """

    release: int
    profile: Profile
    comparison: Comparison | None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The report as `vertebra profile --output json` prints it."""
        return {
            "release": self.release,
            **self.profile.to_json(),
            "against": self.comparison.to_json() if self.comparison else None,
            "notes": list(self.notes),
        }


def needed(ws: Workspace) -> tuple[str, ...]:
    """The modules that `profiled` will import."""
    return () if ws.project.profile == NONE else ("vertebra.profile",)


def profiled(ws: Workspace, receipt: Receipt, run_id: int) -> Receipt:
    """The receipt of a step, with the profiles of its dataset versions that had none.

    A profile is no part of a dataset: where it cannot be made, the version stands all the same, and the run says so.
    """
    if ws.project.profile == NONE or not receipt.datasets:
        return receipt
    with ws.catalog.read() as connection:
        there = profiles.profiled(connection, receipt.datasets.values())
        without = set(receipt.datasets.values()) - there
        found = datasets.versions(connection, without) if without else {}
    made: list[Profiled] = []
    fallbacks: list[str] = []
    for version in sorted(found.values(), key=lambda one: one.id):
        if version.zone in ZONES:
            try:
                made.append(_profile(ws, version, run_id))
            except Exception as error:  # noqa: BLE001  a profile that fails must not take the data with it
                told = error if isinstance(error, VertebraError) else bug(error, Path(ws.storage.root))
                fallbacks.append(f"{version.name}: no profile of version {version.id}: {told.what}: {told.why}")
    return replace(receipt, profiles=tuple(made), fallbacks=(*receipt.fallbacks, *fallbacks))


def _profile(ws: Workspace, version: DatasetVersion, run_id: int) -> Profiled:
    from vertebra import profile

    every = ws.project.profile == EVERY
    done = profile.record(ws, version, profile.make(ws, version, every=every), run_id, every=every)
    return Profiled(version.name, version.id, done.rows, done.looked, done.files, done.measured, done.seconds)


def profile_of(
    ws: Workspace,
    name: str,
    release: int | None = None,
    against: int | None = None,
    environment: str | None = None,
) -> ProfileReport:
    """The profile of a dataset in a release, held against another release or against the version before.

    Where none is recorded, it is measured now and not recorded; the report says so.

    Parameters
    ----------
    ws : Workspace
        The project.
    name : str
        A formatted table or a view.
    release : int, optional
        Its number; the environment's current one by default.
    against : int, optional
        Another release; by default the newest earlier version that has a profile.
    environment : str, optional
        The project's first by default.

    Raises
    ------
    UnknownNameError
        If the release or the dataset in it does not exist.
    UsageError
        If the dataset is of a zone that is not profiled.
    """
    from vertebra.profile import compare

    number, found = contents(ws, release, environment)
    version = _profilable(dataset_in(found, name, number))
    notes: list[str] = []
    now = _known(ws, version, notes)
    before = _before(ws, version, against, environment, notes)
    return ProfileReport(number, now[1], compare(before, now) if before else None, tuple(notes))


def _profilable(version: DatasetVersion) -> DatasetVersion:
    if version.zone not in ZONES:
        raise UsageError(
            f'"{version.name}" is not profiled',
            where=f"zone {version.zone}",
            why="profiles are made of formatted tables and views",
            next_=f"vertebra query 'summarize {version.name}'"
            if version.zone != "quarantine"
            else "vertebra quarantine counts what is there",
        )
    return version


def _known(ws: Workspace, version: DatasetVersion, notes: list[str]) -> tuple[Part, Profile]:
    """What is recorded of a version, else what is measured now."""
    from vertebra import profile

    with ws.catalog.read() as connection:
        record = profiles.profile(connection, version.id)
        if record is not None:
            return profile.recorded(connection, version, record)
    made = profile.make(ws, version, every=ws.project.profile == EVERY)
    notes.append(f"no profile of version {version.id} of {version.name} is recorded; it was measured now")
    return made.part, made.profile


def _before(
    ws: Workspace, version: DatasetVersion, against: int | None, environment: str | None, notes: list[str]
) -> tuple[Part, Profile] | None:
    from vertebra import profile

    with ws.catalog.read() as connection:
        if against is None:
            record = profiles.before(connection, version.dataset_id, version.id)
            if record is None:
                return None
            earlier = datasets.versions(connection, [record.version_id])[record.version_id]
            return profile.recorded(connection, earlier, record)
        other = _in_release(ws, connection, version.name, against, environment)
    return _known(ws, other, notes)


def _in_release(
    ws: Workspace, connection: Connection, name: str, against: int, environment: str | None
) -> DatasetVersion:
    number = release_number(ws, connection, against, environment)
    found = releases.contents(connection, number)
    if name not in found:
        raise UnknownNameError(
            f'release {number} does not hold "{name}"',
            where="--against",
            why="there is nothing there to compare with",
            next_=f"vertebra history {name}",
        )
    return found[name]
