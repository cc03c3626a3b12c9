"""How right reading is, beside DuckDB and CleverCSV, all automatic: `python benchmarks/correctness.py`.

Every file of the packs is read without any hint and written as plain CSV; the scorers that lie beside the packs say
how much of the expected table is there. The packs are found in `../shared`, or where VERTEBRA_SHARED says; where they
are not, nothing is measured, and that is said.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
Answer = tuple[str, str]  # delimiter and quote


def main() -> int:
    """Measure, print Markdown tables."""
    sys.path[0] = str(ROOT)
    shared = Path(os.environ.get("VERTEBRA_SHARED", ROOT.parent / "shared"))
    if not (shared / "tools" / "score_loading.py").is_file():
        print(f"skipped: there is no {shared / 'tools'}; set VERTEBRA_SHARED to where the packs are")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        pollock(shared, Path(folder))
        dialects(shared, Path(folder))
    return 0


def pollock(shared: Path, folder: Path) -> None:
    """Loading polluted files (Vitagliano et al., PVLDB 16(8), 2023)."""
    pack = shared / "data" / "pollock"
    scores = {}
    for name, read in LOADERS.items():
        out = folder / f"pollock_{name}"
        out.mkdir()
        for file in sorted((pack / "csv").iterdir()):
            read(file, out / file.name)
        scores[name] = scored(
            shared,
            "score_loading.py",
            str(out),
            str(pack / "clean"),
            "--weights",
            str(pack / "weights.csv"),
            "--by-type",
        )
    print(f"| Pollock, {scores['vertebra']['summary']['files']} files | {' | '.join(scores)} |")
    print(f"|---|{'---|' * len(scores)}")
    for measure in ("simple", "weighted", "positional", "header_f1", "record_f1", "cell_f1", "success"):
        row(measure, [one["summary"][measure] for one in scores.values()])
    print()
    print(f"| simple score (of 10) and positional measure by pollution | files | {' | '.join(scores)} |")
    print(f"|---|---|{'---|' * len(scores)}")
    for kind, found in scores["vertebra"]["by_type"].items():
        kinds = [one["by_type"][kind] for one in scores.values()]
        cells = [f"{one['simple']:.2f} / {one['positional']:.3f}" for one in kinds]
        print(f"| `{kind}` | {found['files']} | {' | '.join(cells)} |")
    print()


def dialects(shared: Path, folder: Path) -> None:
    """Delimiter and quote of files of the W3C (pack of CSVsniffer)."""
    pack = shared / "data" / "csv_dialects"
    scores = {}
    for name, sniff in SNIFFERS.items():
        answers = folder / f"dialects_{name}.csv"
        with answers.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(("file", "delimiter", "quotechar"))
            for file in sorted((pack / "files").iterdir()):
                found = sniff(file)
                if found:
                    writer.writerow((file.name, *found))
        scores[name] = scored(
            shared, "score_dialects.py", str(answers), str(pack / "annotations.txt"), "--files", str(pack / "files")
        )
    print(f"| CSV dialects, {scores['vertebra']['files']} files | {' | '.join(scores)} |")
    print(f"|---|{'---|' * len(scores)}")
    for measure in ("reliability_factor", "success_ratio", "failure_ratio", "delimiter_right"):
        row({"reliability_factor": "passed"}.get(measure, measure), [one[measure] for one in scores.values()])


def row(name: str, values: list[float]) -> None:
    """A line of a table."""
    print(f"| {name.replace('_', ' ')} | {' | '.join(f'{value:.3f}' for value in values)} |")


def scored(shared: Path, script: str, *arguments: str) -> dict[str, Any]:
    """What a scorer says."""
    with tempfile.NamedTemporaryFile(suffix=".json") as target:
        command = [sys.executable, str(shared / "tools" / script), *arguments, "--json", target.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(Path(target.name).read_text(encoding="utf-8"))
    return found


def by_vertebra(file: Path, target: Path) -> None:
    """`vertebra peek`."""
    from vertebra.formatted.draft.look import look

    with look(file) as found, target.open("w", newline="", encoding="utf-8", errors="replace") as out:
        csv.writer(out).writerows(one.fields for one in found.records)


def by_duckdb(file: Path, target: Path) -> None:
    """DuckDB's `read_csv` with its own sniffer; all values as text, so that none is respelled."""
    import duckdb

    database = duckdb.connect()
    try:
        found = database.execute("from read_csv(?, all_varchar = true, null_padding = true)", [str(file)])
        names, rows = [one[0] for one in found.description or ()], found.fetchall()
        named = database.execute("select HasHeader from sniff_csv(?)", [str(file)]).fetchone()
    except duckdb.Error as error:
        target.write_text(f"Application Error\n{error}", encoding="utf-8")
        return
    with target.open("w", newline="", encoding="utf-8", errors="replace") as out:
        writer = csv.writer(out)
        if named and named[0]:
            writer.writerow(names)
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])


def by_clevercsv(file: Path, target: Path) -> None:
    """CleverCSV's detected dialect and its reader."""
    import clevercsv

    try:
        with file.open(newline="", encoding=encoding(file)) as handle:
            dialect = clevercsv.Sniffer().sniff(handle.read(), verbose=False)
            handle.seek(0)
            rows = list(clevercsv.reader(handle, dialect)) if dialect else []
    except (clevercsv.Error, ValueError) as error:
        target.write_text(f"Application Error\n{error}", encoding="utf-8")
        return
    with target.open("w", newline="", encoding="utf-8", errors="replace") as out:
        csv.writer(out).writerows(rows)


def dialect_by_vertebra(file: Path) -> Answer | None:
    """What `vertebra peek --output json` says."""
    from vertebra.formatted.draft.physical import detect
    from vertebra.project import CsvFormat

    found = detect([file]).format
    return (found.delimiter, found.quote) if isinstance(found, CsvFormat) else None


def dialect_by_duckdb(file: Path) -> Answer | None:
    """What `sniff_csv` says."""
    import duckdb

    try:
        query = "select Delimiter, Quote from sniff_csv(?)"
        found = duckdb.connect().execute(query, [str(file)]).fetchone()
    except duckdb.Error:
        return None
    if found is None or not found[0]:
        return None
    return found[0], re.sub(r"\(empty\)|\0", "", found[1] or "")


def dialect_by_clevercsv(file: Path) -> Answer | None:
    """What its sniffer says; no delimiter is its word for one column, which counts as a failure."""
    import clevercsv

    try:
        found = clevercsv.Sniffer().sniff(file.read_text(encoding=encoding(file)), verbose=False)
    except (clevercsv.Error, ValueError):
        return None
    return (found.delimiter, found.quotechar) if found and found.delimiter else None


def encoding(file: Path) -> str:
    """UTF-8, or cp1252 where a file is none: the peers are not to fail for that."""
    try:
        file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


LOADERS: dict[str, Callable[[Path, Path], None]] = {
    "vertebra": by_vertebra,
    "duckdb": by_duckdb,
    "clevercsv": by_clevercsv,
}
SNIFFERS: dict[str, Callable[[Path], Answer | None]] = {
    "vertebra": dialect_by_vertebra,
    "duckdb": dialect_by_duckdb,
    "clevercsv": dialect_by_clevercsv,
}

if __name__ == "__main__":
    sys.exit(main())
