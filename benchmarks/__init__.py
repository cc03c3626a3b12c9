"""Vertebra beside its peers: every repetition is a fresh process, every figure a median, one table a run."""
