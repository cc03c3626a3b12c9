"""Files are decompressed whatever their names say, and cut or damaged ones are told."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from tests.formatted_place import check_accounts, delivered
from vertebra.formatted.formats import decompress as module
from vertebra.formatted.formats.decompress import compression, decompress

BODY = b"".join(b"%d,line %d\n" % (number, number * 7919 % 10007) for number in range(150_000))


def by_arrow(kind: str) -> Callable[[bytes], bytes]:
    def compress(data: bytes) -> bytes:
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, kind) as stream:
            stream.write(data)
        found: bytes = sink.getvalue().to_pybytes()
        return found

    return compress


KINDS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zstd": by_arrow("zstd"),
    "lz4": by_arrow("lz4"),
}


def out(folder: Path, data: bytes) -> tuple[bytes, str, bool]:
    path, target = folder / "a.csv", folder / "out"
    path.write_bytes(data)
    problem = decompress(path, target, compression(path))
    return target.read_bytes(), problem.type if problem else "", bool(problem and problem.fatal)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_compressed_comes_out(tmp_path: Path, kind: str) -> None:
    data = KINDS[kind](BODY)
    assert out(tmp_path, data) == (BODY, "", False)
    assert compression(tmp_path / "a.csv") == kind
    assert out(tmp_path, data + KINDS[kind](b"more")) == (BODY + b"more", "", False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_file_gives_what_is_there(tmp_path: Path, kind: str) -> None:
    data = KINDS[kind](BODY)
    found, type_, fatal = out(tmp_path, data[: len(data) * 9 // 10])
    assert (type_, fatal) == ("cut-off", False)
    assert found
    assert BODY.startswith(found)


@pytest.mark.parametrize("kind", ["gzip", "bz2", "xz", "lz4"])
def test_a_damaged_file_is_not_trusted(tmp_path: Path, kind: str) -> None:
    data = bytearray(KINDS[kind](BODY))
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(range(40))
    _, type_, fatal = out(tmp_path, bytes(data))
    assert (type_, fatal) == (f"damaged-{kind}", True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bomb_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(module, "_SMALL", 1 << 16)
    monkeypatch.setattr(module, "_RATIO", 20)
    found, type_, fatal = out(tmp_path, KINDS[kind](b"\0" * (20 << 20)))
    assert (type_, fatal) == ("decompression-bomb", True)
    assert len(found) < 20 << 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_load_reads_them_by_their_bytes(kind: str) -> None:
    template = (
        "format: {csv: {header: 0}}\ncolumns: [{name: n, from: '#1', type: integer}, {name: t, from: '#2', type: text}]"
    )
    with delivered(template) as place:
        place.load({"plain-name.csv": KINDS[kind](b"1,a\nx,b\n")})
        check_accounts(place)
        assert place.values() == [(1, "a")]
        assert [(f["type"], f["raw"]) for f in place.findings()] == [("type-mismatch", "x,b")]
