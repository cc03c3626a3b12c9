"""What every storage does. An adapter's test subclasses this and says how to make one."""

from __future__ import annotations

import hashlib
import io
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vertebra.errors import StorageError
from vertebra.storage import Received, Storage

if TYPE_CHECKING:
    from typing_extensions import Buffer

CONTENT = [b"", b"a", b"device;\xff\x00\r\n", bytes(range(256)) * 5_000]
_ONCE_FOR_EACH_ADAPTER = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
KEYS = ["a", "deep/er/b.csv", "with space/ü ☃.csv", "it's/100%/{x}.csv", "back\\slash", "new\nline"]


class BrokenStream(io.RawIOBase):
    """A source that gives some bytes and then fails."""

    def __init__(self) -> None:
        self.given = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        if self.given:
            raise ConnectionResetError(104, "Connection reset by peer")
        self.given = True
        memoryview(buffer)[:3] = b"abc"
        return 3


class Drops(io.RawIOBase):
    """A source that gives seven bytes at a time, as a network may."""

    def __init__(self, content: bytes) -> None:
        self.rest = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        return self.rest.readinto(memoryview(buffer)[:7])


def read(storage: Storage, key: str) -> bytes:
    with storage.open(key) as stream:
        return stream.read()


class StorageContract(ABC):
    """Bytes by key."""

    @abstractmethod
    def make(self, folder: Path) -> Storage:
        """A storage with nothing in it; `folder` is there for it alone."""

    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        return self.make(tmp_path / "storage")

    @pytest.mark.parametrize("key", KEYS)
    def test_what_is_written_is_read(self, storage: Storage, key: str) -> None:
        storage.write(key, b"x")
        assert read(storage, key) == b"x"
        assert storage.exists(key)
        assert storage.size(key) == len(read(storage, key))
        assert list(storage.keys("")) == [key]

    def test_a_write_replaces_what_stood_there(self, storage: Storage) -> None:
        storage.write("k", b"long before")
        storage.write("k", b"now")
        assert read(storage, "k") == b"now"
        assert list(storage.keys("")) == ["k"]

    def test_a_reader_sees_all_of_a_write_or_none(self, storage: Storage) -> None:
        storage.write("k", b"0" * 200_000)
        seen = set()

        def write() -> None:
            for number in range(1, 10):
                storage.write("k", b"%d" % number * 200_000)

        writer = threading.Thread(target=write)
        writer.start()
        while writer.is_alive():
            seen.add(read(storage, "k"))
        writer.join()
        assert {(len(data), len(set(data))) for data in seen} <= {(200_000, 1)}

    @pytest.mark.parametrize("content", CONTENT, ids=len)
    def test_what_is_received_is_kept_and_described(self, storage: Storage, content: bytes) -> None:
        assert storage.receive("a/b", io.BytesIO(content)) == Received(
            hashlib.sha256(content).hexdigest(), len(content)
        )
        assert read(storage, "a/b") == content

    @settings(max_examples=25, deadline=None, suppress_health_check=_ONCE_FOR_EACH_ADAPTER)
    @given(content=st.binary(max_size=5_000))
    def test_any_bytes_are_kept(self, storage: Storage, content: bytes) -> None:
        storage.remove("any")
        storage.receive("any", io.BytesIO(content))
        assert read(storage, "any") == content

    def test_a_stream_that_gives_little_at_a_time_is_received_whole(self, storage: Storage) -> None:
        content = bytes(range(256)) * 40
        source = Drops(content)
        assert storage.receive("k", source).size == len(content)
        assert read(storage, "k") == content

    def test_nothing_is_received_over_what_stands(self, storage: Storage) -> None:
        storage.write("k", b"stands")
        with pytest.raises(StorageError):
            storage.receive("k", io.BytesIO(b"other"))
        assert read(storage, "k") == b"stands"

    def test_what_a_source_raises_passes_through(self, storage: Storage) -> None:
        with pytest.raises(ConnectionResetError):
            storage.receive("k", BrokenStream())
        storage.remove("k")  # what came before it is the caller's to remove
        assert not storage.exists("k")

    def test_a_copy_has_the_bytes_and_outlives_its_source(self, storage: Storage) -> None:
        storage.write("temporal/a", b"bytes")
        storage.copy("temporal/a", "persistent/deep/a")
        storage.remove("temporal")
        assert read(storage, "persistent/deep/a") == b"bytes"
        assert list(storage.keys("")) == ["persistent/deep/a"]

    def test_a_copy_replaces_and_can_be_repeated(self, storage: Storage) -> None:
        storage.write("a", b"new")
        storage.write("b", b"old")
        for _ in range(2):
            storage.copy("a", "b")
        assert (read(storage, "a"), read(storage, "b")) == (b"new", b"new")

    def test_a_write_to_one_key_of_a_copy_does_not_reach_the_other(self, storage: Storage) -> None:
        storage.write("a", b"1")
        storage.copy("a", "b")
        storage.write("a", b"2")
        assert read(storage, "b") == b"1"

    def test_keys_are_all_and_only_those_below_a_prefix(self, storage: Storage) -> None:
        for key in ("x/a", "x/y/b", "xy/c", "d"):
            storage.write(key, b"")
        assert sorted(storage.keys("x")) == ["x/a", "x/y/b"]
        assert sorted(storage.keys("")) == ["d", "x/a", "x/y/b", "xy/c"]
        assert list(storage.keys("nothing")) == []

    def test_remove_takes_a_key_or_all_below_it_and_is_content_with_none(self, storage: Storage) -> None:
        for key in ("x/a", "x/y/b", "xy/c"):
            storage.write(key, b"")
        storage.remove("x/y")
        assert sorted(storage.keys("")) == ["x/a", "xy/c"]
        storage.remove("x")
        storage.remove("x")
        storage.remove("never")
        assert sorted(storage.keys("")) == ["xy/c"]
        assert not storage.exists("x")

    def test_reading_what_is_not_there_is_an_error_in_four_lines(self, storage: Storage) -> None:
        with pytest.raises(StorageError) as caught:
            storage.open("gone")
        assert caught.value.what == "cannot read"
        assert caught.value.where == storage.url("gone")
        assert caught.value.next.startswith("look at the disk's space")

    def test_places_lie_below_the_root(self, storage: Storage) -> None:
        assert storage.url("a/b") == f"{storage.root}/a/b"
