"""One file per measurement; the tuple is the order of a round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.measurements import (
    dlt_pipeline,
    duckdb_json,
    duckdb_script,
    pandas_concat,
    pandas_excel,
    pandas_files,
    vertebra_bare,
    vertebra_double,
    vertebra_draft,
    vertebra_excel,
    vertebra_help,
    vertebra_json,
    vertebra_load,
    vertebra_nothing_to_do,
    vertebra_one_more,
    vertebra_plan,
    vertebra_profile,
    vertebra_promote,
    vertebra_slow_paths,
    vertebra_small_few,
    vertebra_small_many,
    vertebra_trace,
)

if TYPE_CHECKING:
    from benchmarks.measurement import Measurement

MEASUREMENTS: tuple[Measurement, ...] = (
    duckdb_script.MEASUREMENT,
    vertebra_load.MEASUREMENT,
    vertebra_bare.MEASUREMENT,
    dlt_pipeline.MEASUREMENT,
    pandas_files.MEASUREMENT,
    pandas_concat.MEASUREMENT,
    duckdb_json.MEASUREMENT,
    vertebra_json.MEASUREMENT,
    pandas_excel.MEASUREMENT,
    vertebra_excel.MEASUREMENT,
    vertebra_double.MEASUREMENT,
    vertebra_profile.MEASUREMENT,
    vertebra_one_more.MEASUREMENT,
    vertebra_small_few.MEASUREMENT,
    vertebra_small_many.MEASUREMENT,
    vertebra_slow_paths.MEASUREMENT,
    vertebra_nothing_to_do.MEASUREMENT,
    vertebra_help.MEASUREMENT,
    vertebra_plan.MEASUREMENT,
    vertebra_promote.MEASUREMENT,
    vertebra_trace.MEASUREMENT,
    vertebra_draft.MEASUREMENT,
)


def by_name(name: str) -> Measurement:
    """Give the measurement of that name."""
    return next(one for one in MEASUREMENTS if one.name == name)
