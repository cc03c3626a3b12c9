"""JSON is cut into records, and counted, by two implementations of one grammar (G2)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.strategies import FRAGMENTS, damaged, json_documents, json_values
from vertebra.formatted.formats.json import _nested
from vertebra.formatted.formats.json_count import count_documents, count_elements, count_nested
from vertebra.formatted.formats.json_cut import Around, Element, Literal, documents, elements, parse
from vertebra.project import Child

QUIET = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
PATHS = ("", "data", "a.data")


def coded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def cut(text: str, path: str = "") -> tuple[list[Element], list[str]]:
    around = Around()
    return list(elements(coded(text), path, around)), around.problems


def raws_of(text: str, found: list[Element]) -> list[str]:
    return [coded(text)[one.start : one.end].decode("utf-8", "surrogatepass") for one in found]


@QUIET
@given(path=st.sampled_from(PATHS), data=st.data())
def test_as_many_records_are_cut_as_counted_and_damage_is_never_silent(path: str, data: st.DataObject) -> None:
    wild = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)
    text = data.draw(st.one_of(json_documents(path, json_values()), wild))
    found, problems = cut(text, path)
    assert len(found) == count_elements(coded(text), path)
    ends = [0, *(one.end for one in found)]
    assert all(end <= one.start < one.end <= len(coded(text)) for end, one in zip(ends, found, strict=False))
    assert all(raw.strip(" \t\r\n") == raw for raw in raws_of(text, found))
    try:
        whole: Any = json.loads(text)
    except ValueError:
        told = problems or not found or any(one.problem for one in found)
        assert told or re.search(r",[ \t\r\n]*[\]}]", text), "damage that nobody is told of"
        return
    for name in path.split(".") if path else []:
        whole = whole.get(name, ...) if isinstance(whole, dict) else ...
    if whole is ...:
        assert [one.problem for one in found] == [f'there is no "{path}" in the document']
    elif not any("twice" in told for told in (*problems, *(one.problem for one in found))):
        assert not problems
        assert [one.problem for one in found] == [""] * len(found)
        assert [json.loads(raw) for raw in raws_of(text, found)] == (whole if isinstance(whole, list) else [whole])


@QUIET
@given(record=st.dictionaries(st.sampled_from(["a", "b", "a.b", "c"]), json_values(), max_size=4), data=st.data())
def test_nested_values_are_counted_as_they_are_read(record: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(record, ensure_ascii=data.draw(st.booleans()))
    for path in ("a", "a.b", "b.a.b", "c", "a.a", "a[].b", "a[].b[].a", "a{}", "b{}.a", "a[].b{}", "a{}.b{}"):
        levels = Child("x", path, ()).levels
        assert count_nested(text, levels) == len(list(_nested(parse(text).value, levels)))


@QUIET
@given(text=st.one_of(json_values().map(json.dumps).flatmap(damaged), st.text('{}[]",:\\ a1\n', max_size=12)))
@example(text='{"a":1} {"b":2}')
@example(text="NaN")
def test_a_line_is_a_record_or_damaged(text: str) -> None:
    found = parse(text)
    try:
        json.loads(text, parse_constant=lambda _: 1 / 0)
    except (ValueError, ZeroDivisionError):
        assert found.problem or re.search(r",[ \t\r\n]*[\]}]", text), "nothing but a spare comma is passed over"
    else:
        assert not found.problem or "twice" in found.problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": "1"}),
        ('{"a": [1, 2 , ], "b": ",]",\t}', {"a": ["1", "2"], "b": ",]"}),
        ('{"a": {"b": "x",},}', {"a": {"b": "x"}}),
    ],
)
def test_a_comma_behind_the_last_value_is_passed_over(text: str, value: Any) -> None:
    assert parse(text) == Element(0, len(text), value)


@pytest.mark.parametrize("text", ["[,]", "{,}", '{"a":,}', "[1,,]", '{"a":1,,}', '{"a,]"}'])
def test_a_comma_without_a_value_is_damage(text: str) -> None:
    assert parse(text).problem


@pytest.mark.parametrize(
    ("text", "path", "raws", "told"),
    [
        ("", "", [], []),
        (" \n", "", [], []),
        ("[]", "", [], []),
        ('[{"a":1},{"a":2}]', "", ['{"a":1}', '{"a":2}'], []),
        ('{"a":1}', "", ['{"a":1}'], []),
        ("null", "", ["null"], []),
        ('{"success": false}', "data", ['{"success": false}'], []),
        ('{"n": {"data": [9]}, "data": [1, 2]}', "data", ["1", "2"], []),
        ('{"d\\u0061ta": [1]}', "data", ["1"], []),
        ('{"data": {"a": 1}, "z": 0}', "data", ['{"a": 1}'], []),
        ('["[", "]", "\\"]", {"a": ","}]', "", ['"["', '"]"', '"\\"]"', '{"a": ","}'], []),
        ('[{"a":1},{"a":2},{"a"', "", ['{"a":1}', '{"a":2}', '{"a"'], ["cut off"]),
        ('[{"a":1},{"a":2},', "", ['{"a":1}', '{"a":2}'], ["cut off"]),
        ('[{"a":1},{"a":2}', "", ['{"a":1}', '{"a":2}'], ["cut off"]),
        ('{"data":[{"a":1}]', "data", ['{"a":1}'], ["damaged around"]),
        ('[{"a":1},{"a":x},{"a":3}]', "", ['{"a":1}', '{"a":x}', '{"a":3}'], []),
        ('[{"a":1} {"a":2},{"a":3}]', "", ['{"a":1} {"a":2}', '{"a":3}'], []),
        ('[{"a":"x},{"a":2}]', "", ['{"a":"x},{"a":2}'], []),
        ("[1,,2,]", "", ["1", "2"], ["missing beside a comma"]),
        ("[1] 2", "", ["1"], ["damaged around"]),
        ('{"a":1}\n{"a":2}', "", ['{"a":1}\n{"a":2}'], []),
    ],
)
def test_golden_documents(text: str, path: str, raws: list[str], told: list[str]) -> None:
    found, problems = cut(text, path)
    assert raws_of(text, found) == raws
    assert count_elements(coded(text), path) == len(raws)
    assert len(problems) == len(told)
    assert all(words in problem for words, problem in zip(told, problems, strict=True))


def test_every_digit_is_kept() -> None:
    value = parse('{"a": 123456789012345678901234567890.10, "b": -0, "c": 1E5}').value
    assert value == {"a": "123456789012345678901234567890.10", "b": "-0", "c": "1E5"}
    assert {type(item) for item in value.values()} == {Literal}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1, "a": 2}', 'the name "a" stands twice in one object'),
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": 1} x', "there is text behind the value"),
        ("[" * 250 + "]" * 250, "it is nested more than 200 deep"),
        ("[" * 100_000 + "]" * 100_000, "it is nested too deeply"),
        ('{"a": "x\ty"}', "Invalid control character at"),
    ],
)
def test_what_is_wrong_with_a_record(text: str, problem: str) -> None:
    assert parse(text).problem == problem
    found, _ = cut(f"[{text}, 1]")
    assert [one.problem for one in found] in ([problem, ""], ["there is text behind the value", ""])


def test_a_deep_record_does_not_take_the_rest_with_it() -> None:
    text = '[{"a":1},' + "[" * 100_000 + "]" * 100_000 + ',{"a":3}]'
    found, problems = cut(text)
    assert [bool(one.problem) for one in found] == [False, True, False]
    assert not problems
    assert count_elements(coded(text), "") == 3


@QUIET
@given(data=st.data())
def test_documents_one_behind_the_other_are_cut_as_counted(data: st.DataObject) -> None:
    wild = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)
    text = data.draw(
        st.one_of(wild, st.lists(json_values().map(json.dumps), max_size=4).map("\n".join).flatmap(damaged))
    )
    found = list(documents(coded(text)))
    assert len(found) == count_documents(coded(text))
    ends = [0, *(one.end for one in found)]
    gaps = [coded(text)[end : one.start] for end, one in zip(ends, found, strict=False)]
    assert not b"".join([*gaps, coded(text)[ends[-1] :]]).strip(b" \t\r\n"), "everything but space is in a record"


@pytest.mark.parametrize(
    ("text", "raws", "problems"),
    [
        ('{"a":1}{"a":2}', ['{"a":1}', '{"a":2}'], ["", ""]),
        ('{\n "a": [1,\n {"b": "}"}]\n}\n{"a":\n2}', ['{\n "a": [1,\n {"b": "}"}]\n}', '{"a":\n2}'], ["", ""]),
        ('{"a":1} x {"a":2}', ['{"a":1}', "x", '{"a":2}'], ["", "Expecting value", ""]),
        ('{"a":1} {"a":', ['{"a":1}', '{"a":'], ["", "Expecting value"]),
        ('1 "two" [3]', ["1", '"two"', "[3]"], ["", "", ""]),
    ],
)
def test_golden_documents_in_a_row(text: str, raws: list[str], problems: list[str]) -> None:
    found = list(documents(coded(text)))
    assert raws_of(text, found) == raws
    assert [one.problem for one in found] == problems
    assert count_documents(coded(text)) == len(raws)
