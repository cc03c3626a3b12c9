"""Tables of known types in random spellings: the drafted type is right, or its uncertainty is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.template_oracle import UNFIT, losses, meaning, shown
from vertebra.formatted.draft.decision import CERTAIN
from vertebra.formatted.draft.logical.rules import read
from vertebra.formatted.draft.logical.templates import template_of
from vertebra.formatted.draft.logical.values import Reading, Values

POINTS = [(".", ""), (",", ""), (".", ","), (",", "."), (".", "'"), (",", " "), (",", "\u00a0")]
MASKS = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d/%m/%y",
    "%d %b %Y",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%Y-%m-%dT%H:%M:%S+02:00",
]
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def counted(texts: list[str]) -> Values:
    found: dict[str, int] = {}
    for text in texts:
        found[text] = found.get(text, 0) + 1
    return Values(found)


@settings(max_examples=200, deadline=None)
@given(
    numbers=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=40),
    scale=st.integers(0, 4),
    convention=st.sampled_from(POINTS),
    around=st.sampled_from([("", ""), ("", ""), ("$", ""), ("", " €"), ("", "%")]),
    null=st.sampled_from(["", "", "n/a", "-"]),
)
def test_numbers(
    numbers: list[int], scale: int, convention: tuple[str, str], around: tuple[str, str], null: str
) -> None:
    point, group = convention
    texts = {}
    for number in numbers:
        whole, fraction = divmod(abs(number), 10**scale)
        text = f"{whole:,}".replace(",", group) + (f"{point}{fraction:0{scale}d}" if scale else "")
        texts[f"{'-' if number < 0 else ''}{around[0]}{text}{around[1]}"] = number / 10**scale
    values = counted([*texts, *([null] if null else [])])
    reading = read(values)
    template = template_of("c", ("c",), reading)
    assert template.type in ("integer", "double", "decimal"), reading
    wrong = {
        text: meaning(template, text) for text, number in texts.items() if not same(meaning(template, text), number)
    }
    assert not wrong or reading.confidence < CERTAIN, (wrong, reading)
    if wrong:  # another convention reads the same texts: it is named
        others = [template_of("c", ("c",), read_as(reading, other.value)) for other in reading.alternatives]
        assert any(all(same(meaning(other, text), n) for text, n in texts.items()) for other in others), reading
    for text in values.counts:
        losses(template, text, meaning(template, text))  # raises where it is more than spelling
    assert not null or (meaning(template, null) is None and reading.confidence < CERTAIN)


@settings(max_examples=150, deadline=None)
@given(
    mask=st.sampled_from(MASKS),
    minutes=st.lists(st.integers(0, 3 * 365 * 24 * 60), min_size=1, max_size=40, unique=True),
)
def test_times(mask: str, minutes: list[int]) -> None:
    moments = [EPOCH + timedelta(minutes=minute) for minute in minutes]
    texts = {moment.strftime(mask): moment for moment in moments}
    reading = read(counted(list(texts)))
    template = template_of("c", ("c",), reading)
    assert template.type == ("timestamp" if "%M" in mask else "date"), reading
    shift = timedelta(hours=2 if "+02" in mask else 0)
    wrong = [text for text, moment in texts.items() if not met(meaning(template, text), moment - shift, mask)]
    assert not wrong or reading.confidence < CERTAIN, (wrong, reading)
    assert not wrong or reading.alternatives, "what else it could be is named"


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.text("ab1.,-/: %$0", min_size=1, max_size=8), min_size=1, max_size=30))
def test_whatever_the_texts_are_none_is_changed(texts: list[str]) -> None:
    reading = read(counted(texts))
    template = template_of("c", ("c",), reading)
    for text in texts:
        value = meaning(template, text)
        if text in reading.misfits:
            continue
        assert value is not UNFIT, (text, reading)
        losses(template, text, value)


def same(value: Any, number: float) -> bool:
    return value is not UNFIT and value is not None and abs(float(value) - number) <= 1e-9 * max(1, abs(number))


def met(value: Any, moment: datetime, mask: str) -> bool:
    if value is UNFIT:
        return False
    if "%M" not in mask:
        return bool(value == moment.date())
    return bool(value == shown(moment))


def read_as(reading: Reading, value: dict[str, Any]) -> Reading:
    settings_ = {key: setting for key, setting in value.items() if key != "type"}
    return Reading(value["type"], 0.5, "", {**settings_, "nulls": reading.settings.get("nulls", ())})
