"""Rebuild dataset versions aside, from landed files and recorded definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import insert, select

from vertebra.engine.types import stored
from vertebra.errors import StepError
from vertebra.exploitation import sees_provenance
from vertebra.exploitation.columns import columns_of
from vertebra.exploitation.recorded import recorded_view
from vertebra.exploitation.steadiness import steadiness
from vertebra.exploitation.text import order_counts
from vertebra.exploitation.writing import relation_of, write
from vertebra.formatted.rebuild import keyless, rebuild
from vertebra.governance import datasets, files, runs
from vertebra.governance import tables as t
from vertebra.governance.datasets import DatasetVersion
from vertebra.governance.files import FileVersion
from vertebra.operations.verify.recipe import How, Recipe, recipes
from vertebra.project import Source
from vertebra.project.recorded import recorded_source
from vertebra.sql import quote
from vertebra.table import PROVENANCE, Relation
from vertebra.workspace import Workspace

Made = Mapping[str, Relation]
"""Dataset name to its rebuilt rows."""


@dataclass(slots=True)
class Workshop:
    """Where versions are rebuilt, each once.

    Parameters
    ----------
    ws : Workspace
        The project, which is only read.
    aside : Workspace
        Where everything is made; see `Workspace.aside`.
    sound : set of int
        Versions of which nothing wrong was found: what comes from them is rebuilt from them as they stand.
    """

    ws: Workspace
    aside: Workspace
    sound: set[int] = field(default_factory=set)
    _made: dict[int, Relation] = field(default_factory=dict)
    _run: int = 0

    def made(self, recipe: Recipe) -> Made:
        """The rows of a recipe's versions, rebuilt.

        Raises
        ------
        VertebraError
            If something of it cannot be rebuilt.
        """
        if any(version.id not in self._made for version in recipe.versions):
            match recipe.how:
                case How.SOURCE:
                    found = self._source(recipe, self.files_of(recipe.main), self.source_of(recipe))
                case How.VIEW:
                    found = self._view(recipe)
                case How.QUERY:
                    found = self._query(recipe)
                case _:
                    raise StepError(
                        f'"{recipe.name}" cannot be rebuilt',
                        where=recipe.name,
                        why="a program made it, and of a program nothing is recorded but its answers",
                        next_="vertebra train, or vertebra predict, makes it anew from the features",
                    )
            self._made.update({version.id: found[version.name] for version in recipe.versions})
        return {version.name: self._made[version.id] for version in recipe.versions}

    def sampled(self, recipe: Recipe, chosen: Sequence[FileVersion]) -> Made:
        """The rows of some landed files of a source, records that repeat a key among them."""
        return self._source(recipe, chosen, keyless(self.source_of(recipe)))

    def files_of(self, version: DatasetVersion) -> tuple[FileVersion, ...]:
        """The file versions that stand in a formatted table, by number."""
        with self.ws.catalog.read() as connection:
            standing = datasets.standing_accounts(connection, version.dataset_id, version.id)
            found = files.files_by_id(connection, [account.file_id for account in standing])
        return tuple(found[number] for number in sorted(found))

    def source_of(self, recipe: Recipe) -> Source:
        """The source as it was recorded."""
        return recorded_source(json.dumps(recipe.body), f'the recorded template of "{recipe.name}"')

    def _source(self, recipe: Recipe, chosen: Sequence[FileVersion], source: Source) -> dict[str, Relation]:
        self._know(chosen)
        identity = datasets.fingerprint(recipe.main.identity, source.template(), [file.id for file in chosen])
        receipt = rebuild(self.aside, source, chosen, identity, self._run)
        with self.aside.catalog.read() as connection:
            found = datasets.versions(connection, receipt.datasets.values())
        return {version.name: self.aside.relation(version, provenance=True) for version in found.values()}

    def _know(self, chosen: Sequence[FileVersion]) -> None:
        """Let the catalog aside know file versions, by the same numbers."""
        with self.aside.catalog.write() as connection:
            if not self._run:
                self._run = runs.begin(connection, "verify", "aside")
            known = set(connection.execute(select(t.file_version.c.id)).scalars())
            rows = [
                {column.name: getattr(file, column.name) for column in t.file_version.columns}
                for file in chosen
                if file.id not in known
            ]
            if rows:
                connection.execute(insert(t.file_version), rows)

    def _view(self, recipe: Recipe) -> dict[str, Relation]:
        view = recorded_view(recipe.name, recipe.body, recipe.fingerprint)
        inputs = self._inputs(recipe, provenance=sees_provenance(view.query))
        read = tuple(inputs[name] for name in view.depends)
        versions = {version.name.lower(): version for version in recipe.inputs}
        columns = columns_of(self.ws.engine, view, read)
        steady = steadiness(self.ws.engine, view, read, versions)
        relations = tuple(steady.read(self.ws, relation, versions[relation.name]) for relation in read)
        storage = self.aside.storage
        written, _ = write(self.ws.engine, storage, view, relations, columns, f"rebuilt-{recipe.main.id}", steady)
        return {table.name: relation_of(storage, table) for table in written}

    def _query(self, recipe: Recipe) -> dict[str, Relation]:
        text, order = recipe.body["sql"], ", ".join(quote(column) for column in recipe.main.grain)
        relations = tuple(self._inputs(recipe, provenance=False).values())
        ordered = f"select * from ({text}\n) order by {order}"
        folder = self.aside.storage.url(recipe.main.path)
        columns = self.ws.engine.columns(ordered, relations)
        written = self.ws.engine.write(ordered, folder, f"rebuilt-{recipe.main.id}", relations)
        kept = tuple(replace(column, type=stored(column.name, column.type)) for column in columns)
        made = Relation(recipe.name, kept, tuple(f"{folder}/{file.path}" for file in written))
        return {recipe.name: made}

    def _inputs(self, recipe: Recipe, *, provenance: bool) -> dict[str, Relation]:
        """What a recipe reads, by name: as it stands where that was found sound, else rebuilt."""
        found = {}
        for version in recipe.inputs:
            sound = version.id in self.sound
            relation = self.ws.relation(version, provenance=True) if sound else self.rebuilt(version)
            columns = tuple(c for c in relation.columns if provenance or c.name not in PROVENANCE)
            found[version.name.lower()] = replace(relation, name=version.name.lower(), columns=columns)
        return found

    def rebuilt(self, version: DatasetVersion) -> Relation:
        """The rows of any version, rebuilt.

        Raises
        ------
        VertebraError
            If something of it cannot be rebuilt.
        """
        if version.id not in self._made:
            with self.ws.catalog.read() as connection:
                (own,) = [one for one in recipes(connection, [version]) if version.id in {v.id for v in one.versions}]
            self.made(own)
        return self._made[version.id]


def adds_doubles(recipe: Recipe) -> bool:
    """Can the order of addition show in the last digits of what a recipe makes?"""
    if recipe.how is How.VIEW:
        view = recorded_view(recipe.name, recipe.body, recipe.fingerprint)
        return view.function is not None or order_counts(view.query)
    return recipe.how is How.QUERY
