"""Fields that a file's name carries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vertebra.document import parse_yaml
from vertebra.errors import ProjectError
from vertebra.project import split_file_name
from vertebra.project.file_name import file_name_fields

WORD = st.text("abcXYZ019-.()[]+*?^$\\ ü", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("{device}_{month}.csv", "L4_2021-01.csv", {"device": "L4", "month": "2021-01"}),
        ("{device}_{month}.csv", "deep/er/L4_2021-01.csv", {"device": "L4", "month": "2021-01"}),
        ("{device}/{month}.csv", "L4/2021-01.csv", {"device": "L4", "month": "2021-01"}),
        ("{device}/{month}.csv", "x/L4/2021-01.csv", None),
        ("{device}_{month}.csv", "L4.csv", None),
        ("{device}_{month}.csv", "_2021.csv", None),
        ("{device}_{month}.csv", "L4_2021-01.csv.gz", None),
        ("{a}_{b}.csv", "x_y_z.csv", {"a": "x", "b": "y_z"}),
        ("{device}(1).csv", "L4(1).csv", {"device": "L4"}),
        ("{device}.csv", "L4xcsv", None),
        ("plain.csv", "plain.csv", {}),
        ("plain.csv", "other.csv", None),
        ("", "anything at all", {}),
    ],
)
def test_a_name_is_split_or_has_another_form(pattern: str, name: str, expected: dict[str, str] | None) -> None:
    assert split_file_name(pattern, name) == expected


@given(device=WORD, middle=WORD, month=WORD)
def test_what_stands_around_a_field_is_only_text(device: str, middle: str, month: str) -> None:
    found = split_file_name("{device}" + middle + "{month}", device + middle + month)
    assert found is not None
    assert found["device"] + middle + found["month"] == device + middle + month


def fields(pattern: str) -> frozenset[str]:
    return file_name_fields(parse_yaml("source: m\nfile_name: x\n", "sources/m.yaml"), pattern)


def test_the_fields_of_a_pattern() -> None:
    assert fields("{device}_{month}.csv") == {"device", "month"}
    assert fields("plain.csv") == frozenset()


@pytest.mark.parametrize(
    ("pattern", "why", "next_"),
    [
        ("{a}_{a}.csv", "a field stands twice", "give each field a name of its own"),
        ("{device.csv", "a brace does not hold a field", "write fields as `{name}`, small letters only"),
        ("{Device}.csv", "a brace does not hold a field", "write fields as `{name}`, small letters only"),
        ("{}.csv", "a brace does not hold a field", "write fields as `{name}`, small letters only"),
        ("{{a}}.csv", "a brace does not hold a field", "write fields as `{name}`, small letters only"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(pattern: str, why: str, next_: str) -> None:
    with pytest.raises(ProjectError) as caught:
        fields(pattern)
    assert (caught.value.where, caught.value.why, caught.value.next) == ("sources/m.yaml:2", why, next_)
