"""What computes: a query over named relations in, Arrow or Parquet out."""

from vertebra.engine.duckdb import DuckDBEngine
from vertebra.engine.port import Engine

__all__ = ["DuckDBEngine", "Engine"]
