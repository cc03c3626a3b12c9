"""A disk of a test's own that can be filled and made read-only, and a process that may write no large files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Disk:
    """A small file system."""

    folder: Path

    def fill(self, left: int) -> None:
        """Leave so many bytes free."""
        self.empty()
        found = os.statvfs(self.folder)
        (self.folder / "ballast").write_bytes(bytes(max(0, found.f_bavail * found.f_bsize - left)))

    def empty(self) -> None:
        """Give the space back."""
        (self.folder / "ballast").unlink(missing_ok=True)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing can be written meanwhile, not even by root."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)
        try:
            yield
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(self.folder)], check=True)


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Disk]:
    """A disk of this size, where the machine lets us have one."""
    folder.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(words, check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("this user cannot mount a disk to fill; a test beside holds the same by a limit of the process")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


LIMITED = """
import resource, sys
from vertebra.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(sys.argv[2:]))
"""


def limited(size: int, *words: str) -> tuple[int, str, str]:
    """A command in a process that may write no file beyond `size` bytes: exit status, output and errors."""
    command = [sys.executable, "-c", LIMITED, str(size), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr
