"""Make the tables of a source once more from landed files, by a template as it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vertebra.formatted.loading import Loading
from vertebra.governance.files import FileVersion, Named
from vertebra.project import Source
from vertebra.step import Receipt
from vertebra.workspace import Workspace


def rebuild(ws: Workspace, source: Source, files: Sequence[FileVersion], identity: str, run_id: int) -> Receipt:
    """Load exactly these file versions from nothing; a template that was recorded follows its files no more.

    Parameters
    ----------
    ws : Workspace
        Where the tables are made: aside, with these file versions in its catalog.
    source : Source
        As it was recorded.
    files : sequence of FileVersion
        What is loaded.
    identity : str
        Under which the tables are recorded there.
    run_id : int
        Of a run in the catalog of `ws`.

    Raises
    ------
    AccountError, DamageError, StorageError
        If a record goes nowhere, or a file is not what was landed.
    """
    named = tuple(Named(file.id, file.name, file.version, file.sha256, file.path) for file in files)
    receipt = Loading(ws, source, named, identity, None, run_id).run()
    assert isinstance(receipt, Receipt)  # noqa: S101  only what is tentative is not published
    return receipt


def keyless(source: Source) -> Source:
    """The source without its key, but with what the key says of single records: none of its columns may be empty.

    Of a few files alone it cannot be told which records of others they repeat; child tables follow the key.
    """
    columns = tuple(replace(column, required=column.required or column.name in source.key) for column in source.columns)
    return replace(source, key=(), children=(), columns=columns)
