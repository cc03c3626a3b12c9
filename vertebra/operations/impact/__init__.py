"""Impact: what would be another without a delivered file, or without a row; the way back is `operations.trace`."""

from vertebra.operations.impact.impact import impact
from vertebra.operations.impact.learnt import ReachedModel
from vertebra.operations.impact.result import ImpactResult, ReachedRows

__all__ = ["ImpactResult", "ReachedModel", "ReachedRows", "impact"]
