"""Mapped bytes are given back as they are gone through, and are the same all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from vertebra.formatted import mapping
from vertebra.formatted.mapping import Mapped


def resident() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssFile"):
            return int(line.split()[1])
    raise AssertionError("no RssFile")


def test_no_more_than_a_stretch_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "_STRETCH", 4 << 20)
    path = tmp_path / "f"
    path.write_bytes(bytes(range(256)) * (64 << 12))  # 64 MiB
    before = resident()
    with Mapped.of(path) as data:
        size = len(data)
        for place in range(0, size, 1 << 16):
            assert data[place : place + 256] == bytes(range(256))
        assert resident() - before < 16 << 10
        assert data.find(b"\xff\x00\x02") == -1
        assert resident() - before < 16 << 10
        assert data.find(b"\xff\x00\x01", size - 1024) == size - 1024 + 255
        assert data.find(b"\x01\x02\x03") == 1
        assert (data[5], data[-1], data[:3], data[-2:]) == (5, 255, b"\x00\x01\x02", b"\xfe\xff")


@pytest.mark.parametrize("at", range(8))
def test_what_lies_across_two_stretches_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    monkeypatch.setattr(mapping, "_STRETCH", 8)
    path = tmp_path / "f"
    path.write_bytes(b"." * (10 + at) + b"abc" + b"." * 30)
    with Mapped.of(path) as data:
        assert data.find(b"abc") == 10 + at
        assert data.find(b"abc", 11 + at) == -1
        assert data.find(b"abc", 0, 12 + at) == -1
