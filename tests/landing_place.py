"""A project with one source and a folder that delivers to it, and a death in it, for every test about landing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from vertebra import landing
from vertebra.governance import runs
from vertebra.governance.catalog import Catalog
from vertebra.governance.files import FileVersion, all_files, newest_by_name
from vertebra.project import Source, read_source
from vertebra.step import Receipt
from vertebra.storage import LocalStorage
from vertebra.workspace import Workspace, open_workspace

SOURCE = """\
source: meters
collect: {{folder: {folder}, pattern: "{pattern}", settle: {settle}}}
format: {{csv: {{}}}}
columns:
  - {{name: a, type: text}}
"""


@dataclass(frozen=True)
class Place:
    """A project, its source, its origin."""

    ws: Workspace
    source: Source
    origin: Path
    run_id: int

    def deliver(self, name: str, data: bytes) -> Path:
        path = self.origin / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def land(self) -> Receipt:
        return landing.land(self.ws, self.source, self.run_id)

    def look(self) -> list[tuple[str, str]]:
        return [(candidate.name, candidate.what) for candidate in landing.look(self.ws, self.source)]

    def push(self, *paths: Path) -> Receipt:
        return landing.push(self.ws, self.source, paths, self.run_id)

    def versions(self) -> tuple[FileVersion, ...]:
        with self.ws.catalog.read() as connection:
            return all_files(connection, "meters")

    def newest(self) -> dict[str, bytes]:
        """The bytes that count, by name."""
        with self.ws.catalog.read() as connection:
            return {name: self.kept(file) for name, file in newest_by_name(connection, "meters").items()}

    def kept(self, file: FileVersion) -> bytes:
        with self.ws.storage.open(file.path) as stream:
            return stream.read()

    def state(self) -> list[tuple[str, int, bytes]]:
        """Every version and its bytes: what two places must have in common that were delivered the same."""
        return [(file.name, file.version, self.kept(file)) for file in self.versions()]

    def deliveries(self) -> list[tuple[str, str]]:
        """Name and outcome of everything recorded as delivered."""
        rows = self.query("select name, outcome from delivery order by id")
        return [(row[0], row[1]) for row in rows]

    def query(self, sql: str) -> list[Any]:
        with self.ws.catalog.read() as connection:
            return list(connection.exec_driver_sql(sql))

    def temporal(self) -> list[str]:
        return sorted(self.ws.storage.keys("landing/temporal"))

    def orphans(self) -> set[str]:
        """Files in the persistent landing that no version names, and versions whose file is not there."""
        return set(self.ws.storage.keys("landing/persistent")) ^ {file.path for file in self.versions()}


def place(
    folder: Path, *, pattern: str = "**/*", settle: float = 0, origin: str = "deliveries", catalog: Path | None = None
) -> Place:
    """Make a project in a folder, or open the one that is there."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / origin).mkdir(parents=True, exist_ok=True)
    elsewhere = f"catalog: sqlite:///{catalog}\n" if catalog else ""
    (folder / "vertebra.yaml").write_text(f"name: heat\n{elsewhere}")
    file = folder / "sources" / "meters.yaml"
    file.write_text(SOURCE.format(folder=origin, pattern=pattern, settle=settle))
    ws = open_workspace(folder)
    with ws.catalog.write() as connection:
        run_id = runs.begin(connection, "land", "prod")
    return Place(ws, read_source(file, "sources/meters.yaml"), folder / origin, run_id)


class Killed(BaseException):
    """A death that no handler may catch, as SIGKILL is one that none can."""


@contextmanager
def killed(nth: int, *, after: bool) -> Iterator[None]:
    """Die at the nth change of the storage or transaction of the catalog, right before or right after it."""
    calls = 0

    def dying(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            mine = calls
            if mine == nth and not after:
                raise Killed
            result = original(*args, **kwargs)
            if mine == nth and after:
                raise Killed
            return result

        return call

    original_write = Catalog.write

    @contextmanager
    def write(self: Catalog) -> Iterator[Any]:
        nonlocal calls
        calls += 1
        mine = calls
        if mine == nth and not after:
            raise Killed
        with original_write(self) as connection:
            yield connection
        if mine == nth and after:
            raise Killed

    with ExitStack() as stack:
        for name in ("receive", "write", "copy", "remove"):
            stack.enter_context(patch.object(LocalStorage, name, dying(getattr(LocalStorage, name))))
        stack.enter_context(patch.object(Catalog, "write", write))
        yield
