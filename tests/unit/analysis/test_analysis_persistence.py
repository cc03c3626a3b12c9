"""Models on disk: the same model is the same bytes, and reading one runs nothing that we do not know."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline

from vertebra.analysis import persistence
from vertebra.analysis.estimators import Numbers, RepeatLastWeek
from vertebra.errors import ModelError

X = np.random.default_rng(0).normal(size=(120, 3))
Y = X[:, 0] * 3 + X[:, 1]


def _pipe(model: Any) -> Pipeline:
    return Pipeline([("clip", Numbers(0.01, 0.99)), ("model", model)]).fit(X, Y)


MODELS = [
    RepeatLastWeek(1),
    Ridge(),
    HistGradientBoostingRegressor(max_iter=5, random_state=1),
    RandomForestRegressor(n_estimators=3, random_state=1),
]


class Evil:
    """A type that a file may name and that nobody knows."""

    def __init__(self) -> None:
        self.command = "rm -rf /"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_model_comes_back_as_it_was(model: Any) -> None:
    pipe = _pipe(model)
    again = persistence.loads(persistence.dumps(pipe), "here")
    assert again.predict(X).tolist() == pipe.predict(X).tolist()


_SCRIPT = """
import hashlib, sys
sys.path.insert(0, {folder!r})
import test_analysis_persistence as t
from vertebra.analysis import persistence
from vertebra.analysis.evaluation import threads
with threads(1):
    print([hashlib.sha256(persistence.dumps(t._pipe(model))).hexdigest() for model in t.MODELS])
"""


def test_the_same_model_is_the_same_bytes_in_another_process_at_another_time() -> None:
    script = _SCRIPT.format(folder=str(Path(__file__).parent))
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(Path(__file__).parents[3])}
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    here = [hashlib.sha256(persistence.dumps(_pipe(model))).hexdigest() for model in MODELS]
    assert out.stdout.strip() == str(here)


def test_an_unknown_type_is_named_and_not_loaded() -> None:
    data = skops.io.dumps({"model": Evil()})
    with pytest.raises(ModelError) as caught:
        persistence.loads(data, "models/x.skops")
    assert caught.value.what == "a model may not be loaded"
    assert caught.value.where == "models/x.skops"
    assert f"it holds {Evil.__module__}.Evil, and only known types are read" in caught.value.why
    assert "train it again" in caught.value.next


def test_a_function_of_the_operating_system_is_not_loaded() -> None:
    members = _members(persistence.dumps(_pipe(Ridge())))
    schema = (
        members["schema.json"].replace(b'"vertebra.analysis.estimators"', b'"os"').replace(b'"Numbers"', b'"system"')
    )
    assert schema != members["schema.json"]
    with pytest.raises(ModelError, match=r"it holds os\.system"):
        persistence.loads(_zip({**members, "schema.json": schema}), "x")


def test_what_cannot_be_read_back_is_not_written() -> None:
    with pytest.raises(ModelError, match="Evil"):
        persistence.dumps(Pipeline([("clip", Evil()), ("model", Ridge())]))


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="may not be loaded"):
        persistence.loads(data, "x")


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def _crafted(field: str, value: int) -> bytes:
    """A boosting model, one node of whose trees leads somewhere else."""
    members = _members(persistence.dumps(_pipe(HistGradientBoostingRegressor(max_iter=2, random_state=1))))
    changed = False
    for name, content in members.items():
        array = np.load(io.BytesIO(content)) if name.endswith(".npy") else None
        if array is not None and array.dtype.names and field in array.dtype.names and not changed:
            array[field][0] = value
            buffer = io.BytesIO()
            np.save(buffer, array)
            members[name] = buffer.getvalue()
            changed = True
    assert changed
    return _zip(members)


@pytest.mark.parametrize(
    ("field", "value"), [("left", 10_000_000), ("right", 0), ("feature_idx", 99), ("is_categorical", 1)]
)
def test_a_tree_that_leads_out_of_its_arrays_is_refused(field: str, value: int) -> None:
    with pytest.raises(ModelError, match="leads out of its own arrays"):
        persistence.loads(_crafted(field, value), "x")


def test_a_tree_in_an_unexpected_place_is_refused() -> None:
    boosting = HistGradientBoostingRegressor(max_iter=2, random_state=1).fit(X, Y)
    hidden = Pipeline([("clip", Numbers().fit(X)), ("model", Ridge().fit(X, Y))])
    hidden.steps[0][1].extra_ = boosting
    with pytest.raises(ModelError, match="a tree where no model of ours keeps one"):
        persistence.loads(persistence.dumps(hidden), "x")
