"""From raw text columns to what they mean: types, words for no value, semantic types, keys, names, the load rule."""

from vertebra.formatted.draft.files import Given
from vertebra.formatted.draft.logical.draft import Draft, draft_source

__all__ = ["Draft", "Given", "draft_source"]
