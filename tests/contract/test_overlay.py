"""An overlay keeps the contract of a storage for what is its own, and only reads what it lets through."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.storage_contract import StorageContract, read
from vertebra.errors import StorageError
from vertebra.storage import LocalStorage
from vertebra.storage.overlay import Overlay


class TestOverlay(StorageContract):
    """Over a local folder, with its own keys in another."""

    def make(self, folder: Path) -> Overlay:
        beneath = LocalStorage(folder / "beneath")
        beneath.write("landing/a.csv", b"landed")
        return Overlay(beneath, LocalStorage(folder / "place"), ("landing/",))

    def test_what_is_beneath_is_read_and_never_changed(self, tmp_path: Path) -> None:
        storage = self.make(tmp_path)
        assert read(storage, "landing/a.csv") == b"landed"
        assert storage.exists("landing/a.csv")
        assert list(storage.keys("landing/")) == ["landing/a.csv"]
        assert storage.url("landing/a.csv") == str(tmp_path / "beneath" / "landing" / "a.csv")
        changes: list[Callable[[], object]] = [
            lambda: storage.write("landing/a.csv", b"x"),
            lambda: storage.remove("landing/a.csv"),
            lambda: storage.copy("landing/a.csv", "b"),
            lambda: storage.copy("b", "landing/a.csv"),
            lambda: storage.receive("landing/b.csv", io.BytesIO(b"x")),
        ]
        for change in changes:
            with pytest.raises(StorageError, match="what is only looked at cannot be changed"):
                change()
        assert read(storage, "landing/a.csv") == b"landed"
