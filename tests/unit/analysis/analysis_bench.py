"""What stands before an analysis: its definition, a view with known holes, and a workspace that releases it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from vertebra.governance import datasets, releases
from vertebra.workspace import Workspace

DEFINITION = """
analysis: demand
description: Heat of a day.
from: |
  daily_heat d
  left join daily_heat w on w.device = d.device and w.day = d.day - 7
grain: [d.device, d.day]
where: d.outdoor_c is not null
label: {name: heat_mwh, sql: d.heat_mwh, unit: MWh}
features:
  - {name: outdoor_c, sql: d.outdoor_c}
  - {name: weekend, sql: "isodow(d.day) >= 6"}
  - {name: last_week, sql: w.heat_mwh}
  - {name: building, sql: d.device}
prepare:
  clip: {quantiles: [0.01, 0.99]}
  impute: median
  standardise: true
split:
  time: day
  validation: {last: 30 days}
  folds: 5
  gap: 7 days
candidates:
  - {name: repeat, model: repeat_last_week, hyperparameters: {feature: last_week}}
  - {name: linear, model: ridge, hyperparameters: {alpha: [0.1, 10]}}
  - {name: boosting, model: hist_gradient_boosting, hyperparameters: {max_iter: 20, max_leaf_nodes: 6}}
metric: mae
slices: [device]
seed: 7
predict: {last: 14 days}
"""
PLOTS = "plots: [measured, residuals]\n"


def daily_heat(days: int = 300, *, seed: int = 0) -> pa.Table:
    """Two devices, one row a day; the last three days and every 41st have no heat, two weeks have no rows."""
    draw = np.random.default_rng(seed)
    rows = []
    for device, level in (("L4", 0.25), ("L8", 0.12)):
        for number in range(days):
            if 150 <= number < 164:
                continue
            outdoor = 8 - 9 * np.cos(2 * np.pi * number / 365) + draw.normal(0, 3)
            heat = level * max(0.0, 20 - outdoor) + draw.normal(0, 0.1) + 0.3
            known = number < days - 3 and number % 41 != 40
            day = date(2021, 1, 1) + timedelta(days=number)
            rows.append({"device": device, "day": day, "heat_mwh": heat if known else None, "outdoor_c": outdoor})
    return pa.Table.from_pylist(
        rows,
        pa.schema(
            [("device", pa.string()), ("day", pa.date32()), ("heat_mwh", pa.float64()), ("outdoor_c", pa.float64())]
        ),
    )


@dataclass(frozen=True)
class Bench:
    """A workspace and the few things that the zones before would have done in it."""

    ws: Workspace
    run_id: int

    def publish(self, name: str, table: pa.Table) -> int:
        """Publish a table as a view; the number of its version."""
        identity = datasets.fingerprint(name, table.to_pydict())
        path = f"exploitation/{name}"
        sources = {"rows": table}
        columns = self.ws.engine.columns("select * from rows", tables=sources)
        files = self.ws.engine.write(
            "select * from rows", self.ws.storage.url(path), f"{identity[:12]}-{self.run_id}/part", tables=sources
        )
        version = self.ws.tables.publish(path, files, self.ws.engine.schema(columns), identity)
        with self.ws.catalog.write() as connection:
            dataset = datasets.register(connection, name, "exploitation", path)
            return datasets.publish(
                connection,
                dataset,
                identity=identity,
                definition_id=None,
                table_version=version,
                columns=columns,
                grain=("device", "day"),
                rows=table.num_rows,
                size=sum(file.size for file in files),
                files=len(files),
                run_id=self.run_id,
            )

    def release(self, *numbers: int) -> int:
        """Publish a release of these dataset versions beside those that stand."""
        with self.ws.catalog.write() as connection:
            current = releases.current(connection, "prod")
            items = {} if current is None else releases.version_ids(connection, current)
            found = datasets.versions(connection, numbers)
            items |= {version.dataset_id: version.id for version in found.values()}
            return releases.publish(connection, "prod", self.run_id, items, "test")
