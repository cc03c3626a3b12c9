"""Letters outside of ASCII tell the encoding wherever they stand: late in a file, or in any of many files."""

from __future__ import annotations

from pathlib import Path

import pytest

from vertebra.formatted.draft.decision import Decision
from vertebra.formatted.draft.physical import detect

PLAIN = "".join(f"{number},Warsaw,1.5\n" for number in range(200_000))  # 3 MB
NAMES = {
    "cp1250": "Łódź Gdańsk Kraków Poznań Wrocław Białystok Częstochowa Żywiec",
    "koi8-r": "Москва Казань Самара Пермь Омск Тула Рязань Воронеж",
    "cp1252": "Köln München Düsseldorf Würzburg Lübeck Göttingen Nürnberg Münster",
}


def rows(codec: str) -> bytes:
    return "".join(f"{n},{name},2.5\n" for n, name in enumerate(NAMES[codec].split())).encode(codec)


def decided(folder: Path, *bodies: bytes) -> Decision:
    paths = []
    for number, body in enumerate(bodies):
        paths.append(folder / f"f{number}.csv")
        paths[-1].write_bytes(b"id,city,v\n" + body)
    return next(one for one in detect(paths).decisions if one.about == "format.csv.encoding")


@pytest.mark.parametrize("codec", NAMES)
def test_late_letters_outweigh_a_sign_at_the_beginning(tmp_path: Path, codec: str) -> None:
    body = "0,12 °,1\n".encode("cp1252") if codec != "koi8-r" else b""
    found = decided(tmp_path, body + PLAIN.encode() + rows(codec) * 3).value
    assert rows(codec).decode(found) == rows(codec).decode(codec)


@pytest.mark.parametrize("codec", NAMES)
def test_letters_of_any_file_tell_the_encoding_of_all(tmp_path: Path, codec: str) -> None:
    plain = b"1,Warsaw,1.5\n"
    found = decided(tmp_path, plain, rows(codec), plain, plain, plain, rows(codec)).value
    assert rows(codec).decode(found) == rows(codec).decode(codec)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    plain, usual = b"1,Warsaw,1.5\n", rows("cp1252")
    decision = decided(tmp_path, usual * 3, rows("cp1250"), usual, plain, usual, usual)
    assert (decision.value, decision.confidence) == ("cp1252", 0.5)
    assert decision.why.endswith("not so in f1.csv")
    assert [(one.file, one.text) for one in decision.evidence if one.file == "f1.csv"] == [
        ("f1.csv", "here it is 'cp1250'")
    ]


def test_a_file_in_utf_8_among_others_is_named(tmp_path: Path) -> None:
    usual = rows("cp1252")
    late = NAMES["cp1252"].replace(" ", ",1\n1,").encode()
    decision = decided(tmp_path, usual, b"1," + late + b",2\n", usual, usual, usual, usual)
    assert decision.confidence == 0.5
    assert "f1.csv" in decision.why
