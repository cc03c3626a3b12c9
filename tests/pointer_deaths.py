"""Kill a promotion or a rollback before each of its statements in turn; print what stands after each death."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from vertebra.errors import UnknownNameError
from vertebra.governance import tables as t
from vertebra.governance.catalog import Catalog
from vertebra.operations.environments import promote, rollback
from vertebra.workspace import open_workspace


def main(command: str, folder: Path) -> None:
    """Let a child die at its first change, the next at its second, and so on, until one lives."""
    killed, number = True, 0
    while killed:
        number += 1
        child = os.fork()
        if not child:
            _child(command, folder, number)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        assert killed or os.waitstatus_to_exitcode(status) == 0
        sys.stdout.write(json.dumps({"killed": killed, "stands": _stands(folder)}) + "\n")
        sys.stdout.flush()


def _child(command: str, folder: Path, last: int) -> None:
    ws = open_workspace(folder)
    made = 0

    def count(*_: Any) -> None:
        nonlocal made
        made += 1
        if made == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(ws.catalog.engine, "before_cursor_execute", count)
    event.listen(ws.catalog.engine, "commit", count)
    _do(ws, command, count)
    ws.close()
    os._exit(0)


def _do(ws: Any, command: str, count: Any) -> None:
    if command == "promote":
        moved = promote(ws, "dev", "prod").run
    else:
        moved = None
        with suppress(UnknownNameError):  # it is rolled back as far as it goes
            moved = rollback(ws, environment="prod").run
    if moved is not None:
        count()  # behind the commit, with nobody told


def _stands(folder: Path) -> dict[str, int]:
    ws = open_workspace(folder)
    catalog: Catalog = ws.catalog
    tables = {"releases": t.release, "items": t.release_item, "runs": t.run, "moves": t.environment_move}
    with catalog.read() as connection:
        found = {
            name: connection.execute(select(func.count()).select_from(one)).scalar_one() for name, one in tables.items()
        }
        pointer = select(t.environment.c.release_id).where(t.environment.c.name == "prod")
        running = select(func.count()).select_from(t.run).where(t.run.c.outcome.is_(None))
        found |= {"pointer": connection.execute(pointer).scalar_one(), "open": connection.execute(running).scalar_one()}
    ws.close()
    return found


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
