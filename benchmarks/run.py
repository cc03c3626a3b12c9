"""What `make bench` starts: `python benchmarks/run.py [--only NAME] [--repeat N] [--files N]`."""

import runpy
import sys
from pathlib import Path

# A script finds its own folder on the path; the benchmark is the package around it.
sys.path[0] = str(Path(__file__).resolve().parents[1])
runpy.run_module("benchmarks.main", run_name="__main__")
