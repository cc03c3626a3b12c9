"""Analysis: a question asked of one release, its features, its models judged without leaks, and the answers."""

from vertebra.analysis.definition import Analysis
from vertebra.analysis.predict import predict
from vertebra.analysis.reading import read_analyses, read_analysis
from vertebra.analysis.sets import stored_set
from vertebra.analysis.train import Progress, quiet, train
from vertebra.analysis.trials import plan
from vertebra.analysis.validation import Score, standing_score, trained_score

__all__ = [
    "Analysis",
    "Progress",
    "Score",
    "plan",
    "predict",
    "quiet",
    "read_analyses",
    "read_analysis",
    "standing_score",
    "stored_set",
    "train",
    "trained_score",
]
