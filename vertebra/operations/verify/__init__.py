"""Hold the promises against what stands on disk, and put back what is damaged."""

from vertebra.operations.verify.finding import Broken, DatasetVerdict, Repaired, Verdict, Verification
from vertebra.operations.verify.verifying import verify

__all__ = ["Broken", "DatasetVerdict", "Repaired", "Verdict", "Verification", "verify"]
