"""The project that `vertebra init` writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from vertebra.errors import StorageError, UsageError

FILES: Final = {
    "vertebra.yaml": """\
name: {name}
description: What this project is about.
storage: data
environments: [prod]
""",
    "glossary.yaml": """\
terms:
  amount:
    definition: What a customer paid, tax included.
    unit: EUR
    synonyms: [turnover]
""",
    "sources/sales.yaml": """\
source: sales
description: Sales of the shops; one text file per day.
owner: sales
collect: {folder: deliveries/sales, pattern: "**/*.csv"}
file_name: "{shop}_{day}.csv"          # fields that the file name carries
format: {csv: {delimiter: ",", header: 1, encoding: utf-8}}
load: latest                           # latest | append | replace | upsert
key: [shop, receipt]
columns:
  - {name: shop, from: file_name.shop, type: text}
  - {name: receipt, from: receipt, type: integer}
  - {name: sold_at, from: sold_at, type: timestamp, format: "%Y-%m-%d %H:%M:%S", timezone: Europe/Berlin}
  - {name: article, from: article, type: text}
  - {name: amount_eur, from: amount, type: "decimal(10,2)", unit: EUR, term: amount}
""",
    "deliveries/sales/north_2024-05-01.csv": """\
receipt,sold_at,article,amount
1,2024-05-01 09:12:00,bread,3.20
2,2024-05-01 09:40:00,"cheese, old",7.85
3,2024-05-01 16:05:00,bread,3.20
""",
    "deliveries/sales/north_2024-05-02.csv": """\
receipt,sold_at,article,amount
4,2024-05-02 08:58:00,bread,3.20
5,2024-05-02 11:30:00,butter,2x40
6,2024-05-02 12:15:00,milk,1.49
""",
    "views/daily_sales.sql": """\
/* ---
view: daily_sales
description: What each shop sold on each day.
owner: sales
grain: [shop, day]
expect:
  - {name: something was sold, where: amount_eur > 0, otherwise: warn}   # warn | quarantine | fail
--- */
select shop, sold_at::date as day, count(*) as receipts, sum(amount_eur) as amount_eur
from sales
group by shop, sold_at::date
""",
    "tests/daily_sales.yaml": """\
test: receipts of a day are counted and summed up
view: daily_sales
given:
  sales:
    - {shop: north, receipt: 1, sold_at: 2024-05-01 09:12:00, amount_eur: 3.20}
    - {shop: north, receipt: 2, sold_at: 2024-05-01 16:05:00, amount_eur: 0.10}
    - {shop: north, receipt: 3, sold_at: 2024-05-02 08:58:00, amount_eur: 1.49}
expect:
  - {shop: north, day: 2024-05-01, receipts: 2, amount_eur: 3.30}
  - {shop: north, day: 2024-05-02, receipts: 1, amount_eur: 1.49}
""",
}


def write_project(folder: Path) -> None:
    """Write the starter project into a new or empty folder.

    Raises
    ------
    UsageError
        If the folder holds something already.
    StorageError
        If a file cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            "this folder is not empty",
            where=str(folder),
            why="a new project would mix with what stands there",
            next_=f"vertebra init {folder}-new",
        )
    name = re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_")
    name = name if re.match("[a-z]", name) else f"project_{name}".rstrip("_")
    for key, text in FILES.items():
        path = folder / key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("{name}", name, 1) if key == "vertebra.yaml" else text, encoding="utf-8")
        except OSError as error:
            raise StorageError(
                "cannot write the project",
                where=str(path),
                why=error.strerror or str(error),
                next_="name a folder that you may write to",
            ) from error
