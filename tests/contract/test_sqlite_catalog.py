"""SQLite keeps the contract of a catalog; and what is no SQLite file is refused."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from tests.contract.catalog_contract import CatalogContract
from vertebra.errors import CatalogError, StorageError
from vertebra.governance.catalog import Catalog, open_catalog
from vertebra.governance.migrations import MIGRATIONS


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'data' / 'catalog.db'}"


def open_and_close(place: str) -> None:
    open_catalog(place).close()


class TestSQLiteCatalog(CatalogContract):
    """A file in WAL mode."""

    def open(self, folder: Path) -> Catalog:
        return open_catalog(url(folder))

    def test_it_is_in_wal_mode_and_flushes_each_commit(self, catalog: Catalog) -> None:
        with catalog.read() as connection:
            assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("pragma synchronous").scalar() == 2
            assert connection.exec_driver_sql("pragma foreign_keys").scalar() == 1


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.db").write_text("device;heat\n" * 500)
    with pytest.raises(CatalogError) as caught:
        open_catalog(url(tmp_path))
    assert str(caught.value) == (
        "cannot open the catalog\n"
        f"  where: {url(tmp_path)}\n"
        "  why:   file is not a database\n"
        "  next:  is it a file of Vertebra, and readable? restore it from a copy, or name another in vertebra.yaml"
    )


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageError) as caught:
        open_catalog(url(tmp_path))
    assert caught.value.what == "cannot make the catalog's folder"
    assert caught.value.where == str(tmp_path / "data")
    assert caught.value.next == "make the folder writable, or name another under `storage:` in vertebra.yaml"


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "data" / "catalog.db").mkdir(parents=True)
    with pytest.raises(StorageError) as caught:
        open_catalog(url(tmp_path))
    assert caught.value.what == "cannot read the catalog"
    assert caught.value.why == "unable to open database file"


def test_two_processes_that_make_the_same_catalog_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Both find no tables; one makes them, the other waits and finds them made."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=open_and_close, args=(url(tmp_path),)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    with sqlite3.connect(tmp_path / "data" / "catalog.db") as connection:
        assert connection.execute("select count(*) from migration").fetchone() == (len(MIGRATIONS),)
    connection.close()
