"""Text from outside: every complaint names file, line and key."""

import pytest

from vertebra.document import parse_yaml
from vertebra.errors import ProjectError, nearest


def test_an_unknown_key_names_file_line_and_the_nearest_known_one() -> None:
    with pytest.raises(ProjectError) as caught:
        parse_yaml("source: m\ncolums: []\n", "sources/m.yaml").only(("source", "columns"))
    assert str(caught.value) == (
        'cannot use "colums"\n'
        "  where: sources/m.yaml:2\n"
        '  why:   "colums" is no key of this file\n'
        '  next:  did you mean "columns"? known: columns, source'
    )


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ProjectError, match='the key "a" stands twice') as caught:
        parse_yaml("a: 1\nb: 2\na: 3\n", "f.yaml")
    assert caught.value.where == "f.yaml:3"


def test_a_number_where_a_text_is_meant_is_not_guessed() -> None:
    with pytest.raises(ProjectError) as caught:
        parse_yaml("nulls: -9999\n", "f.yaml").text("nulls")
    assert caught.value.next == 'put it in quotes: `nulls: "-9999"`'


def test_broken_yaml_names_the_line() -> None:
    with pytest.raises(ProjectError) as caught:
        parse_yaml("a: 1\nb: [1, 2\nc: 3\n", "f.yaml")
    assert caught.value.where.startswith("f.yaml:")


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_a_top_that_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(ProjectError, match="cannot use this file"):
        parse_yaml(text, "f.yaml")


def test_nearest_without_a_close_one_lists_what_is_known() -> None:
    assert nearest("zzz", ["alpha", "beta"]) == "known: alpha, beta"
