"""How the texts of a column are read: one golden file a rule, `expected | words of the name | texts`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vertebra.formatted.draft.decision import CERTAIN
from vertebra.formatted.draft.logical.names import words_of
from vertebra.formatted.draft.logical.rules import read
from vertebra.formatted.draft.logical.values import Reading, Values

GOLDEN = Path(__file__).parents[3] / "golden" / "draft_columns"
CASES = [
    pytest.param(line, id=f"{path.stem}-{number}")
    for path in sorted(GOLDEN.glob("*.txt"))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    if line and not line.startswith("#")
]


def seen(*texts: str, name: str = "") -> Values:
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return Values(counts, words=words_of(name), name=name)


def said(reading: Reading) -> dict[str, Any]:
    settings = {key: list(v) if isinstance(v, tuple) else v for key, v in reading.settings.items()}
    return {"type": reading.type, **settings}


@pytest.mark.parametrize("line", CASES)
def test_golden(line: str) -> None:
    """`{"type": …} | sure or unsure | name | texts`; a text may be written as JSON."""
    wanted, sure, name, texts = (part.strip() for part in line.split(" | "))
    reading = read(seen(*json.loads(texts), name=name))
    assert said(reading) == json.loads(wanted), reading
    assert (reading.confidence >= CERTAIN) is (sure == "sure"), reading
    assert reading.why


def test_a_few_damaged_texts_of_many_are_said_and_quarantined() -> None:
    reading = read(seen(*(f"{n}.5" for n in range(1000)), "12.3.4", "1O"))
    assert reading.type == "double"
    assert reading.misfits == {"12.3.4": 1, "1O": 1}
    assert "2 of 1002 texts do not fit and are quarantined: '12.3.4', '1O'" in reading.why
    assert reading.confidence < CERTAIN


def test_many_damaged_texts_make_it_text_that_says_what_it_nearly_was() -> None:
    reading = read(seen(*map(str, range(50)), "a", "b", "c"))
    assert reading.type == "text"
    assert reading.alternatives[0].value == {"type": "integer"}
    assert reading.confidence < CERTAIN


def test_what_a_late_value_says_counts_against_all_of_them() -> None:
    few = seen("1", "2", "q")
    assert read(few).type == "text"
    counted = Values(few.counts, words=few.words, whole=100_000)
    assert read(counted).type == "integer"
    assert "1 of 100000 texts" in read(counted).why
