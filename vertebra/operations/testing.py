"""Tests of views: nothing of the project is read but its text files, and nothing of it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from vertebra import formatted
from vertebra.errors import UnknownNameError, nearest
from vertebra.exploitation.testing import Bench, Verdict, ViewTest, read_tests
from vertebra.operations.definitions import read_definitions
from vertebra.project import read_project
from vertebra.storage import LocalStorage
from vertebra.workspace import open_engine


def run_tests(folder: Path, names: Sequence[str] = ()) -> tuple[Verdict, ...]:
    """Run the tests of a project folder, all of them by default.

    Parameters
    ----------
    folder : Path
        With a `vertebra.yaml`.
    names : sequence of str
        Of tests, of their files without `.yaml`, or of views: each stands for all that it fits.

    Raises
    ------
    ProjectError, QueryError, UnknownNameError
        If the project or a file of tests cannot be read, or a name fits no test.
    """
    read_project(folder.resolve())  # "this folder is no project" comes before "there are no tests"
    tests = chosen(read_tests(folder), names)
    if not tests:
        return ()
    with bench(folder) as place:
        return tuple(place.run(test) for test in tests)


def chosen(tests: Sequence[ViewTest], names: Sequence[str]) -> tuple[ViewTest, ...]:
    """The tests that one of some names fits, all for none.

    Raises
    ------
    UnknownNameError
        If a name fits no test.
    """
    called = [{test.name, Path(test.file).stem, test.view} for test in tests]
    for name in names:
        if not any(name in fitting for fitting in called):
            raise UnknownNameError(
                f'there is no test "{name}"',
                where="tests/",
                why="no test, no file of tests and no tested view is called that",
                next_=nearest(name, set().union(*called)),
            )
    wanted = set(names)
    return tuple(test for test, fitting in zip(tests, called, strict=True) if not wanted or wanted & fitting)


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """A place where tests of a project run: its own engine, and a folder that is taken away afterwards.

    Raises
    ------
    ProjectError, QueryError, UnknownNameError
        If the project's sources or views cannot be read.
    """
    project = read_project(folder.resolve())
    definitions = read_definitions(project)
    tables = {
        name: columns
        for source in definitions.sources.values()
        for name, columns in formatted.tables_of(source).items()
    }
    with TemporaryDirectory(prefix="vertebra-test-") as scratch:
        engine = open_engine(project, Path(scratch) / "engine")
        try:
            yield Bench(engine, LocalStorage(Path(scratch)), definitions.views, tables)
        finally:
            engine.close()
