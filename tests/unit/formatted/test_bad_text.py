"""Text that is damaged, huge or no text: a finding or an error, the rest of the file kept, nothing lost."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.formatted_place import check_accounts, delivered
from vertebra.formatted.draft.look import look

TEMPLATE = """
format: {csv: {}}
columns: [{name: id, type: integer}, {name: town, type: text}]
"""
ROWS = b"".join(b"%d,row %d\n" % (n, n) for n in range(10, 400))
CASES = {
    "a NUL": (b"id,town\n1,a\0b\n" + ROWS, 391, 0),
    "a quote never closed": (b'id,town\n1,"never closed\n' + ROWS, 390, 1),
    "one record in another encoding": (b"id,town\n1,K\xf6ln\n" + ROWS, 390, 1),
    "a cell of 5 MB": (b'id,town\n1,"' + b"x, \n" * 1_250_000 + b'"\n' + ROWS, 391, 0),
    "a record of 50,000 fields": (b"id,town\n1" + b"," * 50_000 + b"z\n" + ROWS, 390, 1),
    "cut off in a quote": (b"id,town\n" + ROWS + b'500,"the end is miss', 390, 1),
    "rubbish in the middle": (b"id,town\n" + ROWS + bytes(range(256)) + b"\n401,a\n", 391, None),
    "nothing but line ends": (b"id,town\n" + b"\r\n\n\r" * 1000, 0, 0),
}


@pytest.mark.parametrize("name", CASES)
def test_the_rest_of_the_file_is_kept(name: str) -> None:
    data, rows, wrong = CASES[name]
    with delivered(TEMPLATE) as place:
        place.load({"x.csv": data})
        check_accounts(place)
        account = place.account()
        assert account.formatted == rows
        assert wrong is None or account.quarantined == wrong


@pytest.mark.parametrize("name", CASES)
def test_it_is_shown_as_well_as_it_can_be_read(tmp_path: Path, name: str) -> None:
    data, rows, _ = CASES[name]
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with look(path) as found:
        records = list(found.records)
    assert len(records) >= rows
    assert {"10", "399"} <= {one.fields[0] for one in records} or not rows


def test_rubbish_that_is_read_by_force_is_no_crash(tmp_path: Path) -> None:
    template = tmp_path / "t.yaml"
    template.write_text(f"source: t{TEMPLATE}")
    draw = random.Random(5)
    for _ in range(30):
        path = tmp_path / "x.bin"
        path.write_bytes(draw.randbytes(3_000))
        with look(path, template) as found:
            assert sum(1 for _ in found.records) > 0


def test_a_file_of_many_columns_takes_little_memory(tmp_path: Path) -> None:
    """20,000 columns: about what the engine itself needs."""
    path = tmp_path / "wide.csv"
    path.write_text("".join(",".join(f"{letter}{n}" for n in range(20_000)) + "\n" for letter in "cxyz"))
    code = (
        "import sys; from vertebra.cli.main import main; main(['peek', sys.argv[1]]); "
        # not ru_maxrss, which would also remember the process that this one was started from
        "print(next(x for x in open('/proc/self/status') if x.startswith('VmHWM')).split()[1], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True)
    assert len(done.stdout.splitlines()) == 4
    assert int(done.stderr.split()[-1]) * 1024 < 500e6
