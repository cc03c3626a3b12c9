"""Hold the promises against what stands on disk: rebuild a release from the landing zone, and compare."""

from __future__ import annotations

import math
import random
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from vertebra.errors import UsageError, VertebraError
from vertebra.formatted.keys import LOSERS
from vertebra.governance import files, models, releases
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.files import FileVersion
from vertebra.operations.content import rows_hash
from vertebra.operations.release import release_number
from vertebra.operations.verify.comparing import Gap, Side, compare
from vertebra.operations.verify.finding import Broken, DatasetVerdict, Repaired, Verdict, Verification
from vertebra.operations.verify.landed import kept, landed, saved
from vertebra.operations.verify.recipe import How, Recipe, recipes
from vertebra.operations.verify.standing import Standing, accounts, bounds, look
from vertebra.operations.verify.workshop import Workshop, adds_doubles
from vertebra.table import FILE, RECORD, Relation
from vertebra.workspace import Workspace

_T = TypeVar("_T")
_QUARANTINE = "quarantine"
SAID = "severity <> 'warning'"
"""Of a source's quarantine: the records that stand in no table. Warnings follow what its file says to leave out."""


@dataclass(slots=True)
class Audit:
    """One verification in progress.

    Parameters
    ----------
    ws : Workspace
        The project.
    shop : Workshop
        Where everything is rebuilt.
    share : float
        Of what is rebuilt.
    chance : random.Random
        What chooses it.
    """

    ws: Workspace
    shop: Workshop
    share: float
    chance: random.Random
    looked: dict[int, Standing] = field(default_factory=dict)
    verdicts: list[DatasetVerdict] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    fallbacks: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Is all of it rebuilt?"""
        return self.share >= 1

    def some(self, count: int) -> int:
        """How many of so many are chosen: the share, one at least."""
        return min(count, max(1, math.ceil(count * self.share)))


Mend = Callable[[Audit, Sequence[Recipe]], tuple[Repaired, ...]]


def verify(
    ws: Workspace,
    release: int | None = None,
    environment: str | None = None,
    *,
    sample: float = 1.0,
    seed: int | None = None,
    mend: Mend | None = None,
) -> Verification:
    """Rebuild a release from the landing zone in a scratch place, and hold it and the promises against what stands.

    Landed bytes are held against their hashes; data files are there and readable, accounts balance, and every
    dataset has the content hash of what its recorded definition makes of its recorded inputs. A dataset that stands
    as it was made is what those after it are rebuilt from, so that all of them lead back to the landed bytes.

    Parameters
    ----------
    ws : Workspace
        The project; nothing of it is changed.
    release : int, optional
        Its number; the environment's current one by default.
    environment : str, optional
        The project's first by default.
    sample : float
        Share, above 0, of the landed files of every source and of the views that are rebuilt; 1 for all.
    seed : int, optional
        Chooses the sample; drawn, and told, by default.
    mend : callable, optional
        Given what was found while the rebuilt rows are there, puts some of it right.

    Raises
    ------
    UnknownNameError
        If there is no such release.
    UsageError
        If the sample is no share.
    """
    if not 0 < sample <= 1:
        raise UsageError(
            f"{sample:g} is no share", where="--sample", why="a share is above 0 and at most 1", next_="--sample 0.1"
        )
    begin = time.perf_counter()
    seed = secrets.randbelow(1 << 31) if seed is None else seed
    with ws.catalog.read() as connection:
        number = release_number(ws, connection, release, environment)
        held = releases.contents(connection, number)
        made = recipes(connection, held.values())
        everything = files.all_files(connection)
        learnt = models.models(connection) if sample >= 1 else ()
    with ws.aside("verify") as aside:
        audit = Audit(ws, Workshop(ws, aside), sample, random.Random(seed))  # noqa: S311  a sample, no secret
        chosen = _chosen(audit, made)
        read = kept(everything if audit.whole else _with_archives(everything, chosen))
        audit.broken += (*landed(ws.storage, read), *saved(ws.storage, learnt))
        for recipe in made:
            _recipe(audit, recipe, chosen)
        repaired = mend(audit, made) if mend else ()
    return Verification(
        number,
        sample,
        seed,
        len(read),
        sum(file.size for file in read),
        len({(found.version.path, file.path) for found in audit.looked.values() for file in found.files}),
        tuple(audit.verdicts),
        tuple(audit.broken),
        tuple(dict.fromkeys(audit.fallbacks)),
        repaired,
        time.perf_counter() - begin,
    )


Chosen = dict[int, tuple[FileVersion, ...]]
"""Recipe, by the version of its own table, to the file versions that are read again; none for what comes of tables."""


def _chosen(audit: Audit, made: Sequence[Recipe]) -> Chosen:
    found: Chosen = {}
    derived = [recipe for recipe in made if recipe.how in (How.VIEW, How.QUERY)]
    for recipe in made:
        if recipe.how is How.SOURCE:
            own = audit.shop.files_of(recipe.main)
            found[recipe.main.id] = own if audit.whole else _drawn(audit, own)
    for recipe in derived if audit.whole else _drawn(audit, derived):
        found[recipe.main.id] = ()
    return found


def _drawn(audit: Audit, among: Sequence[_T]) -> tuple[_T, ...]:
    places = sorted(audit.chance.sample(range(len(among)), audit.some(len(among)))) if among else []
    return tuple(among[place] for place in places)


def _with_archives(everything: Sequence[FileVersion], chosen: Chosen) -> tuple[FileVersion, ...]:
    outer = {file.place[0] for files_ in chosen.values() for file in files_}
    own = {file.id for files_ in chosen.values() for file in files_}
    return tuple(file for file in everything if file.id in own or (file.is_archive and file.place[0] in outer))


def _recipe(audit: Audit, recipe: Recipe, chosen: Chosen) -> None:
    """Look at what stands of one step, rebuild it, compare."""
    begin = time.perf_counter()
    taken = recipe.main.id in chosen
    for version in recipe.versions:
        audit.looked[version.id] = found = look(audit.ws, version, read=audit.whole or taken)
        audit.broken += found.broken
        if recipe.how is How.SOURCE:
            audit.broken += accounts(audit.ws, found)
    words: dict[int, Verdict] = {}
    lost = {one.file for one in audit.broken if one.promise == "G1"}
    if taken and lost.intersection(file.place[0] for file in chosen[recipe.main.id]):
        audit.fallbacks.append(f"{recipe.name} was not rebuilt: a landed file of it is not what was landed")
    elif taken:
        try:
            words = _compared(audit, recipe, chosen[recipe.main.id])
        except VertebraError as error:
            audit.fallbacks.append(f"{recipe.name} was not rebuilt: {error.what}; {error.why}")
    elif recipe.how is How.OPAQUE:
        audit.fallbacks.append(f"{recipe.name} was not rebuilt: a program made it; its files were read")
    _hold_bounds(audit, recipe, words)
    took = (time.perf_counter() - begin) / len(recipe.versions)
    for version in recipe.versions:
        found = audit.looked[version.id]
        word = Verdict.UNBUILT if taken or recipe.how is How.OPAQUE else Verdict.UNSAMPLED
        word = Verdict.DAMAGED if found.damaged else words.get(version.id, word)
        if word not in (Verdict.DAMAGED, Verdict.DIFFERS):  # that it was not rebuilt has been told
            audit.shop.sound.add(version.id)
        audit.verdicts.append(
            DatasetVerdict(version.name, version.zone, version.id, version.rows, word, found.hash, took)
        )


def _hold_bounds(audit: Audit, recipe: Recipe, words: Mapping[int, Verdict]) -> None:
    """Hold the statistics of files against their values, where these are what was rebuilt."""
    for version in recipe.versions:
        found = audit.looked[version.id]
        if found.hash and not found.damaged and words.get(version.id) is not Verdict.DIFFERS:
            told = list(bounds(audit.ws, found))
            found.broken += told
            audit.broken += told


def _compared(audit: Audit, recipe: Recipe, chosen: Sequence[FileVersion]) -> dict[int, Verdict]:
    sampled = recipe.how is How.SOURCE and not audit.whole
    made = audit.shop.sampled(recipe, chosen) if sampled else audit.shop.made(recipe)
    found: dict[int, Verdict] = {}
    loose = adds_doubles(recipe)
    for version in recipe.versions:
        stands = audit.looked[version.id]
        if version.name not in made:  # a child table, of whose keys nothing can be said from some files alone
            audit.fallbacks.append(f"{version.name} was not rebuilt: it follows the key of {recipe.name}, in all files")
            continue
        if stands.damaged or stands.relation is None:
            continue
        sides = _sides(recipe, version, stands.relation, made[version.name])
        if sampled:
            sides = _of_files(audit, recipe, version, sides, chosen)
        found[version.id] = _verdict(audit, version, sides, loose=loose)
    return found


def _verdict(audit: Audit, version: DatasetVersion, sides: tuple[Side, Side], *, loose: bool) -> Verdict:
    engine = audit.ws.engine
    hashes = {rows_hash(engine, side.relation, where=side.where, tables=side.tables, numbers=True) for side in sides}
    if len(hashes) == 1:
        return Verdict.EQUAL
    gap = compare(engine, *sides, _key(version), loose=loose)
    if gap is None:
        audit.fallbacks.append(f"{version.name}: doubles were added up in another order; equal within 1e-9")
        return Verdict.CLOSE
    audit.broken += _differing(audit, version, gap)
    return Verdict.DIFFERS


def _key(version: DatasetVersion) -> tuple[str, ...]:
    return () if version.zone == _QUARANTINE else version.grain


def _differing(audit: Audit, version: DatasetVersion, gap: Gap) -> Iterator[Broken]:
    files_ = [f"{version.path}/{file.path}" for file in audit.looked[version.id].files]
    named = [key for key in files_ if audit.ws.storage.url(key) in gap.files] or [""]
    more = f"; {gap.rows} rows differ" if gap.rows > 1 else ""
    for number, key in enumerate(named):
        what = gap.what + more if not number else "rows of it differ, too"
        yield Broken("G9", "rows-differ", what, version.name, key, gap.row if not number else {})


def _sides(recipe: Recipe, version: DatasetVersion, stands: Relation, made: Relation) -> tuple[Side, Side]:
    where = SAID if recipe.how is How.SOURCE and version.zone == _QUARANTINE else "true"
    return Side(stands, where), Side(made, where)


def _of_files(
    audit: Audit, recipe: Recipe, version: DatasetVersion, sides: tuple[Side, Side], chosen: Sequence[FileVersion]
) -> tuple[Side, Side]:
    """The same of some landed files alone, without records of which those of other files decide."""
    stands, made = sides
    numbers = ", ".join(str(file.id) for file in chosen) or "null"
    some = f"{stands.where} and {FILE} in ({numbers})"
    if not recipe.body["key"]:
        return Side(stands.relation, some), Side(made.relation, some)
    if version.zone == _QUARANTINE:
        inner = "".join(f" and not starts_with(column_name, '{child['name']}.')" for child in recipe.body["children"])
        decided = f"{some} and type not in {LOSERS}{inner}"
        return Side(stands.relation, decided), Side(made.relation, decided)
    quarantine = next(one for one in recipe.versions if one.zone == _QUARANTINE)
    losers = audit.ws.engine.arrow(
        f"select distinct {FILE}, {RECORD} from q where type in {LOSERS} and {FILE} in ({numbers})",
        (audit.ws.relation(quarantine, name="q", provenance=True),),
    )
    lost = f"({FILE}, {RECORD}) in (select ({FILE}, {RECORD}) from _losers)"
    return Side(stands.relation, some), Side(made.relation, f"not ({lost})", {"_losers": losers})
