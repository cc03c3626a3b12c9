"""How a run goes is told live on a terminal, and in plain lines elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from tests.shop import Shop


def on_a_terminal(*words: str) -> tuple[int, str, str]:
    """Exit status, standard output, and what a terminal at standard error is sent."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "vertebra.cli", *words]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # so Linux says that the other side has been closed
            break
        if not data:
            break
        shown += data
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    return process.returncode, out.decode(), shown.decode()


def test_a_terminal_gets_a_live_display_and_a_line_for_each_step(shop: Shop) -> None:
    (shop.folder / "views" / "slow.sql").write_text(
        "/* ---\nview: slow\ngrain: [n]\n--- */\n"
        "select count(*) as n from range(100000000) t(i) where sqrt(i) > 1 and i not in (select receipt from sales)"
    )
    status, out, shown = on_a_terminal("run", "--project", str(shop.folder))
    assert status == 0
    assert "\x1b[" not in out
    assert "run 1: release 1 is published" in out
    assert "\x1b[2K" in shown  # lines that are drawn anew
    assert "view slow: it does not stand yet" in shown
    for name in ("land     sales", "format   sales", "view     daily_sales", "view     slow"):
        assert name in shown


def test_elsewhere_there_are_plain_lines(shop: Shop) -> None:
    command = [sys.executable, "-m", "vertebra.cli", "run", "--project", str(shop.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout + done.stderr
    assert [line.split()[:3] for line in done.stderr.splitlines()[1:]] == [
        ["land", "sales", "done"],
        ["format", "sales", "done"],
        ["view", "daily_sales", "done"],
    ]
