"""A local folder keeps the contract of a storage, with and without hard links."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.contract.storage_contract import StorageContract
from vertebra.errors import StorageError
from vertebra.storage import LocalStorage


class TestLocalStorage(StorageContract):
    """On a file system that has hard links."""

    def make(self, folder: Path) -> LocalStorage:
        return LocalStorage(folder)

    def test_a_copy_is_a_second_name_of_the_same_bytes(self, tmp_path: Path) -> None:
        storage = self.make(tmp_path)
        storage.write("a", b"x")
        storage.copy("a", "b")
        assert Path(storage.url("a")).stat().st_ino == Path(storage.url("b")).stat().st_ino

    def test_a_place_that_cannot_be_made_is_told(self, tmp_path: Path) -> None:
        storage = self.make(tmp_path)
        storage.write("a", b"x")
        with pytest.raises(StorageError) as caught:
            storage.write("a/b", b"x")
        assert str(caught.value) == (
            "cannot make a folder\n"
            f"  where: {tmp_path}/a\n"
            "  why:   File exists\n"
            "  next:  look at the disk's space (df) and the folder's permissions (ls -ld), then type the same again"
        )

    def test_a_write_that_fails_leaves_what_stood_and_no_part(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage = self.make(tmp_path)
        storage.write("a", b"before")

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="No space left on device"):
            storage.write("a", b"after")
        assert Path(storage.url("a")).read_bytes() == b"before"
        assert list(storage.keys("")) == ["a"]


class TestLocalStorageWithoutHardLinks(StorageContract):
    """On FAT and some network shares."""

    @pytest.fixture(autouse=True)
    def no_links(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refused(_self: Path, _target: Path) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refused)

    def make(self, folder: Path) -> LocalStorage:
        return LocalStorage(folder)
