"""Impact: what a delivered file, or a row, reaches."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from vertebra.analysis.reports import drawn
from vertebra.governance import datasets, models
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.files import FileVersion
from vertebra.operations.impact.ascent import ascend
from vertebra.operations.impact.asking import files_meant
from vertebra.operations.impact.learnt import reached_models
from vertebra.operations.impact.origin import Origin
from vertebra.operations.impact.result import ImpactResult, ReachedRows
from vertebra.operations.impact.without import Without
from vertebra.operations.release import ANALYSIS, contents, dataset_in
from vertebra.operations.trace_descent import identity
from vertebra.operations.trace_rows import no_such_row, read_key
from vertebra.sql import quote
from vertebra.workspace import Workspace

_PLACE = "what other files would put in its place is not put there: an older version, or another record of a key"


def impact(
    ws: Workspace,
    what: str,
    key: Mapping[str, str] | None = None,
    source: str | None = None,
    release: int | None = None,
    environment: str | None = None,
    *,
    limit: int | None = None,
) -> ImpactResult:
    """Find what would be another in a release without the records of a file version, or without rows of a dataset.

    Nothing is kept for it while loading. From version to version the keys that can be touched are worked out from the
    recorded definition, then the rows of these keys without what is thought away, and held against those that stand.

    Parameters
    ----------
    ws : Workspace
        The project.
    what : str
        `FILE` or `FILE@VERSION`; with a key a dataset.
    key : mapping, optional
        Column to value as text: the grain of the dataset, or a part of it for all rows that have it.
    source : str, optional
        The source that the file is of, where several have one of this name.
    release : int, optional
        Its number; the environment's current one by default.
    environment : str, optional
        The project's first by default.
    limit : int, optional
        So many keys of each dataset are read at most; all are counted.

    Raises
    ------
    UnknownNameError
        If the file, its version, the release, the dataset, a column or a row with this key does not exist.
    UsageError
        If files of several sources have the name, or the key does not choose rows.
    """
    number, held = contents(ws, release, environment)
    meant: tuple[FileVersion, ...] = ()
    if key:
        origin = _rows(ws, dataset_in(held, what, number), key, number)
    else:
        meant = files_meant(ws, what, source, number, held)
        origin = Origin(files=tuple(file.id for file in meant))
    with ws.catalog.read() as connection:
        known = models.models(connection)
        learnt_from = datasets.versions(connection, {model.features_id for model in known})
    folder = ws.scratch / f"impact-{secrets.token_hex(4)}"
    try:
        found = ascend(ws, [*held.values(), *learnt_from.values()], origin, str(folder))
        reached = tuple(_reached(ws, held, found, limit))
        reached_by = reached_models(ws, known, found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what stays is swept by a run
    names = {one.dataset for one in reached}
    analyses = sorted({model.analysis for model in known if f"{model.analysis}_residuals" in names})
    return ImpactResult(
        files=meant,
        dataset=what if key else None,
        key=dict(key or {}),
        release=number,
        datasets=reached,
        models=reached_by,
        reports=tuple(path for name in analyses for path in drawn(ws, name)),
        notes=(_PLACE,) if any(file.version > 1 or _overrules(ws, held, file) for file in meant) else (),
    )


def _overrules(ws: Workspace, held: Mapping[str, DatasetVersion], file: FileVersion) -> bool:
    """Does a file's source let records take the place of others, whatever they say?"""
    table = held.get(file.source)
    return table is not None and _template(ws, table).get("load") in ("replace", "upsert")


def _template(ws: Workspace, table: DatasetVersion) -> dict[str, Any]:
    """The recorded template of a formatted table."""
    if table.definition_id is None:
        return {}
    with ws.catalog.read() as connection:
        found: dict[str, Any] = json.loads(datasets.definition_of(connection, table.definition_id)[1])
    return found


def _rows(ws: Workspace, version: DatasetVersion, key: Mapping[str, str], release: int) -> Origin:
    equalities = read_key(ws.engine, version, key)
    relation = ws.relation(version, provenance=True)
    condition = " and ".join(one.condition for one in equalities)
    if not ws.engine.arrow(f"select 1 from {quote(version.name)} where {condition} limit 1", (relation,)).num_rows:
        raise no_such_row(ws.engine, version, relation, equalities, release, "")
    children = _template(ws, version).get("children", ()) if version.zone == "formatted" else ()
    names = tuple(str(child["name"]) for child in children)
    return Origin(dataset=version.name, key=equalities, children=() if version.name in names else names)


def _reached(
    ws: Workspace, held: Mapping[str, DatasetVersion], found: Mapping[int, Without], limit: int | None
) -> Iterator[ReachedRows]:
    # what a model learnt from may be older than what its release holds
    for version in sorted(held.values(), key=lambda one: (one.zone == ANALYSIS, one.id)):
        without = found.get(version.id)
        if without is not None:
            rows = named(ws, without, limit)
            if rows.rows:
                yield rows


def named(ws: Workspace, without: Without, limit: int | None) -> ReachedRows:
    """The rows that stand in a version and would not stand so."""
    version = without.version
    relations = [ws.relation(version, name="_row", provenance=True)]
    if without.gone is not None:
        relations.append(replace(without.gone, name="_gone"))
    chosen = "" if without.why else without.chosen("_row", "_gone")
    columns = ", ".join(f"_row.{quote(name)}" for name in identity(version))
    cut = "" if limit is None else f" limit {int(limit)}"
    count = ws.engine.arrow(f"select count(*) as n from _row {chosen}", relations).column("n")[0].as_py()
    keys = ws.engine.arrow(f"select distinct {columns} from _row {chosen} order by all{cut}", relations)
    return ReachedRows(version.name, version.zone, count, version.rows, not without.why, without.why, keys)
