"""Tests of views under pytest: each test in `tests/*.yaml` of a project folder is an item.

Only a YAML file in a folder `tests` that stands beside a `vertebra.yaml` is collected; where there is none, nothing
more than this module is imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from vertebra.exploitation.testing import Bench, ViewTest

_YAML = {".yaml", ".yml"}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of tests of views; leave any other YAML file alone."""
    if file_path.suffix not in _YAML:  # asked first: no import for other files
        return None
    from vertebra.project import is_test_file

    return ViewTestFile.from_parent(parent, path=file_path) if is_test_file(file_path) else None


class ViewTestFile(pytest.File):
    """A file of tests; its engine stands as long as pytest is at it."""

    _opened: ExitStack
    _bench: Bench | None = None

    def collect(self) -> Iterable[pytest.Item]:
        """The tests of the file."""
        from vertebra.errors import VertebraError
        from vertebra.exploitation.testing.reading import read_test_file

        try:
            tests = read_test_file(self.path)
        except VertebraError as error:
            raise self.CollectError(str(error)) from error
        return [ViewTestItem.from_parent(self, name=test.name, test=test) for test in tests]

    def setup(self) -> None:
        """Nothing is open yet."""
        self._opened = ExitStack()
        self._bench = None

    def bench(self) -> Bench:
        """What the tests run on, opened by the first: what is wrong with the project is then a failure of each."""
        if self._bench is None:
            from vertebra.operations.testing import bench

            self._bench = self._opened.enter_context(bench(self.path.parent.parent))
        return self._bench

    def teardown(self) -> None:
        """Close it."""
        self._opened.close()


class ViewTestFailed(Exception):  # noqa: N818  a verdict, in the form that pytest takes one
    """A test whose view is not as it says."""


class ViewTestItem(pytest.Item):
    """One test of a view."""

    def __init__(self, *, test: ViewTest, **given: Any) -> None:
        super().__init__(**given)
        self.test = test

    def runtest(self) -> None:
        """Run the view on the given rows."""
        from vertebra.exploitation.testing import tell

        assert isinstance(self.parent, ViewTestFile)  # noqa: S101  who else makes items of this kind
        verdict = self.parent.bench().run(self.test)
        if not verdict.passed:
            raise ViewTestFailed(f"{self.test.file}:{self.test.line}: " + "\n".join(tell(verdict)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The verdict, or the four lines of an error, instead of a traceback through this package."""
        from vertebra.errors import VertebraError

        if isinstance(excinfo.value, ViewTestFailed | VertebraError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test is written."""
        return self.path, self.test.line - 1, f"{self.test.view}: {self.test.name}"
