"""The command line: one file per command, each returning an answer that one place prints."""

from __future__ import annotations


def main() -> None:
    """What the installed `vertebra` calls."""
    from vertebra.cli.main import main as entry

    raise SystemExit(entry())
