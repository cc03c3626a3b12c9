"""`vertebra.yaml`: what it says, and what it is told when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from vertebra.errors import ProjectError
from vertebra.project import Project, read_project


def project(folder: Path, text: str) -> Project:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vertebra.yaml").write_text(text, encoding="utf-8")
    return read_project(folder)


def refusal(folder: Path, text: str) -> ProjectError:
    with pytest.raises(ProjectError) as caught:
        project(folder, text)
    assert caught.value.exit_status == 2
    return caught.value


def test_a_name_is_enough(tmp_path: Path) -> None:
    assert project(tmp_path, "name: heat\n") == Project(
        folder=tmp_path,
        name="heat",
        description="",
        storage=tmp_path / "data",
        catalog=f"sqlite:///{tmp_path}/data/catalog.db",
        memory="1GB",
        threads=None,
        environments=("prod",),
    )


def test_everything_can_be_said(tmp_path: Path) -> None:
    made = project(
        tmp_path,
        "name: heat\ndescription: Ü\nstorage: ../elsewhere\ncatalog: sqlite:////srv/c.db\n"
        "engine: {kind: duckdb, memory: 2.5GB, threads: 3}\nenvironments: [prod, test]\n",
    )
    assert made.storage == tmp_path.parent / "elsewhere"
    assert (made.catalog, made.memory, made.threads) == ("sqlite:////srv/c.db", "2.5GB", 3)
    assert made.environments == ("prod", "test")


@pytest.mark.parametrize("name", ["a?b", "a#b", "100%", "with space", "ü☃", "it's", "a@b:c"])
def test_the_catalog_lies_in_the_storage_whatever_the_folder_is_called(tmp_path: Path, name: str) -> None:
    made = project(tmp_path / name, "name: heat\n")
    assert make_url(made.catalog).database == str(tmp_path / name / "data" / "catalog.db")


@pytest.mark.parametrize("name", ["a%20b", "line\nend", "%C3%BC"])
def test_a_storage_where_delta_would_not_find_its_tables_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError) as caught:
        project(tmp_path / name, "name: heat\n")
    assert caught.value.what == 'cannot use "storage"'
    assert "Delta Lake does not find tables in such a folder again" in caught.value.why
    assert caught.value.next == "rename that folder, or name another: `storage: /srv/data`"


def test_a_relative_catalog_lies_below_the_project_not_below_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    made = project(tmp_path, "name: heat\ncatalog: sqlite:///my catalog.db\n")
    assert make_url(made.catalog).database == str(tmp_path / "my catalog.db")


def test_a_folder_without_the_file_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        read_project(tmp_path)
    assert str(caught.value) == (
        "this folder is no project\n"
        f"  where: {tmp_path}\n"
        "  why:   it has no vertebra.yaml\n"
        "  next:  vertebra init DIR makes one; or name a project: vertebra COMMAND --project DIR"
    )


@pytest.mark.parametrize(
    ("text", "where", "why", "next_"),
    [
        ("description: x\n", 1, 'this file has no "name"', "add a line `name: …` below line 1"),
        (
            "name: heat\nstorrage: x\n",
            2,
            '"storrage" is no key of this file',
            'did you mean "storage"? known: catalog, description, engine, environments, name, profile, storage',
        ),
        (
            "name: heat\nengine:\n  kind: duckdb\n  thread: 2\n",
            4,
            '"thread" is no key of "engine"',
            'did you mean "threads"? known: kind, memory, threads',
        ),
        ("name: heat\nengine: {kind: spark}\n", 2, '"spark" is not one of them', "known: duckdb"),
        ("name: heat\nengine: fast\n", 2, "'fast' is not a mapping", "write `engine: {…}`"),
        (
            "name: heat\nengine: {memory: much}\n",
            2,
            "'much' is no amount of memory",
            "write for example `memory: 2GB`",
        ),
        ("name: heat\nengine: {memory: 2}\n", 2, "2 is not a text", 'put it in quotes: `memory: "2"`'),
        ("name: heat\nengine: {threads: many}\n", 2, "'many' is not a whole number", "write for example `threads: 1`"),
        (
            "name: heat\nengine: {threads: 0}\n",
            2,
            "0 threads cannot work",
            "`threads: 2`, or no such line for all cores",
        ),
        (
            "name: heat\nstorage: s3://bucket/x\n",
            2,
            "no storage is built for 's3://bucket/x' yet",
            "name a folder, for example `data`",
        ),
        (
            "name: heat\ncatalog: postgresql://h/x\n",
            2,
            "no catalog is built for 'postgresql://h/x' yet",
            "`catalog: sqlite:///data/catalog.db`",
        ),
        (
            "name: heat\ncatalog: nonsense\n",
            2,
            "no catalog is built for 'nonsense' yet",
            "`catalog: sqlite:///data/catalog.db`",
        ),
        (
            "name: heat\ncatalog: sqlite://\n",
            2,
            "no catalog is built for 'sqlite://' yet",
            "`catalog: sqlite:///data/catalog.db`",
        ),
        (
            "name: heat\nenvironments: []\n",
            2,
            "one name or more is needed, each once, of small letters, digits and _",
            "`[prod]`",
        ),
        (
            "name: heat\nenvironments: [prod, prod]\n",
            2,
            "one name or more is needed, each once, of small letters, digits and _",
            "`[prod]`",
        ),
        (
            "name: heat\nenvironments: 3\n",
            2,
            "3 is not a list of texts",
            "write for example `environments: [a, b]`",
        ),
    ],
)
def test_what_it_cannot_say_is_told_with_file_line_and_what_to_write(
    tmp_path: Path, text: str, where: int, why: str, next_: str
) -> None:
    error = refusal(tmp_path, text)
    assert (error.where, error.why, error.next) == (f"vertebra.yaml:{where}", why, next_)


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("Heat", "heat"),
        ('"heat meters"', "heat_meters"),
        ('"2024"', "n_2024"),
        ('"a\\"b"', "a_b"),
        ("'it''s'", "it_s"),
        ("_heat", "heat"),
        ("größe", "größe"),
        ('"☃"', "name"),
        ('""', "name"),
        ('"a\\nb"', "a_b"),
    ],
)
def test_a_name_that_a_query_would_have_to_quote_is_refused(tmp_path: Path, name: str, proposal: str) -> None:
    error = refusal(tmp_path, f"name: {name}\n")
    assert error.what == 'cannot use "name"'
    assert error.where == "vertebra.yaml:1"
    assert error.why.endswith("is not a name: small letters, digits and _ only, a letter first")
    assert error.next == f"`name: {proposal}`"
