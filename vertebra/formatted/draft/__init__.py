"""From files to a template, each decision with its confidence, its evidence and its alternatives."""

from vertebra.formatted.draft.decision import CERTAIN, Alternative, Decision, Evidence
from vertebra.formatted.draft.draft import Draft, draft_source
from vertebra.formatted.draft.raw import Given

__all__ = ["CERTAIN", "Alternative", "Decision", "Draft", "Evidence", "Given", "draft_source"]
