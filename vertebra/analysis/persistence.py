"""Models on disk: skops files whose bytes follow from the model alone, read without running code.

Reading passes three gates: the bytes are those that the catalog recorded; every type in them is known; every tree
in them stays within its arrays. skops asks for the third: scikit-learn follows a tree's indices without looking.
"""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vertebra.errors import DamageError, ModelError

if TYPE_CHECKING:
    from vertebra.governance.models import Model
    from vertebra.storage import Storage

OWN_TYPES = ("vertebra.analysis.estimators.Numbers", "vertebra.analysis.estimators.RepeatLastWeek")
CHECKED_TYPES = (
    "numpy.dtype",  # names a type of array elements, and runs nothing
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",  # its indices are checked below
    "sklearn.tree._tree.Tree",  # the same
)
_TREES = CHECKED_TYPES[1:]
TRUSTED = (*OWN_TYPES, *CHECKED_TYPES)
"""What skops does not trust by itself and we do; nothing else may be in a file."""

_SCHEMA = "schema.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name


def dumps(model: Any) -> bytes:
    """A model as the bytes of a skops file; the same model gives the same bytes.

    skops names arrays by their address in memory and stamps them with the time of day; both are replaced.

    Raises
    ------
    ModelError
        If it holds what could not be read back.
    """
    import skops.io

    data: bytes = _settled(skops.io.dumps(model))
    _refuse_unknown(data, type(model).__name__)
    return data


def loads(data: bytes, where: str) -> Any:
    """The model in the bytes of a skops file.

    Parameters
    ----------
    data : bytes
        The file.
    where : str
        Its place, for errors.

    Raises
    ------
    ModelError
        If it is no skops file, holds an unknown type, or a tree that leads out of its arrays.
    """
    import skops.io
    from sklearn.exceptions import InconsistentVersionWarning
    from skops.io.exceptions import UntrustedTypesFoundException

    _refuse_unknown(data, where)
    try:
        with warnings.catch_warnings():  # `predict` records another version of scikit-learn as a fallback
            warnings.simplefilter("ignore", InconsistentVersionWarning)
            model = skops.io.loads(data, trusted=list(TRUSTED))
    except UntrustedTypesFoundException as error:  # pragma: no cover  refused above already
        raise _refused(where, str(error)) from error
    except (ValueError, TypeError, KeyError, AttributeError, ImportError) as error:
        raise _refused(where, f"it cannot be put together: {error}") from error
    trees = list(_trees(model))
    if len(trees) != _tree_count(data):
        raise _refused(where, "it holds a tree where no model of ours keeps one")
    for tree in trees:
        _check_tree(tree, where)
    return model


def load(storage: Storage, model: Model) -> Any:
    """A recorded model.

    Raises
    ------
    DamageError
        If its file is gone, or is not what was recorded.
    ModelError
        If it may not be loaded.
    """
    where = storage.url(model.path)
    next_ = f"vertebra train {model.analysis} trains it again from the same rows"
    if not storage.exists(model.path):
        raise DamageError("the file of a model is gone", where=where, why=f"model {model.id} names it", next_=next_)
    with storage.open(model.path) as file:
        data = file.read()
    found = hashlib.sha256(data).hexdigest()
    if found != model.sha256:
        raise DamageError(
            "the file of a model is not what was saved",
            where=where,
            why=f"its SHA-256 is {found[:12]}…, model {model.id} was recorded with {model.sha256[:12]}…",
            next_=next_,
        )
    return loads(data, where)


def stands(storage: Storage, model: Model) -> bool:
    """Is the file of a model there, with the bytes that were recorded?"""
    if not storage.exists(model.path):
        return False
    with storage.open(model.path) as file:
        return hashlib.sha256(file.read()).hexdigest() == model.sha256


def _refuse_unknown(data: bytes, where: str) -> None:
    import skops.io

    try:
        unknown = sorted(set(skops.io.get_untrusted_types(data=data)) - set(TRUSTED))
    except (zipfile.BadZipFile, ValueError, TypeError, KeyError, AttributeError, ImportError) as error:
        raise _refused(where, f"it is no skops file: {error}") from error
    if unknown:
        raise _refused(where, f"it holds {', '.join(unknown)}, and only known types are read")


def _refused(where: str, why: str) -> ModelError:
    return ModelError(
        "a model may not be loaded",
        where=where,
        why=why,
        next_="train it again with this version of Vertebra; do not load it by other means",
    )


def _settled(data: bytes) -> bytes:
    """The same file with its arrays numbered in order of appearance, without the time of day, packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        members = {info.filename: old.read(info) for info in old.infolist()}
    schema = json.loads(members.pop(_SCHEMA))
    numbers: dict[int, int] = {}
    files: dict[str, str] = {}
    for node in _nodes(schema):
        if "__id__" in node:
            node["__id__"] = numbers.setdefault(node["__id__"], len(numbers))
        if isinstance(node.get("file"), str) and node["file"] in members:
            old_name = node["file"]
            suffix = old_name.rpartition(".")[2]
            node["file"] = files.setdefault(old_name, f"{len(files)}.{suffix}")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for old_name, name in files.items():
            _put(new, name, members[old_name])
        _put(new, _SCHEMA, json.dumps(schema, indent=1).encode())
    return buffer.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=6)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case dict():
            yield value
            for child in value.values():
                yield from _nodes(child)
        case list():
            for child in value:
                yield from _nodes(child)


def _trees(model: Any) -> Iterator[tuple[Any, Any, Any, Any, int]]:
    """Left and right children, features, leaves and number of features of every tree of a pipeline's last step."""
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor

    last = model[-1] if hasattr(model, "steps") else model
    match last:
        case HistGradientBoostingRegressor():
            for stage in last._predictors:  # noqa: SLF001  the only place where scikit-learn keeps its trees
                for predictor in stage:
                    nodes = predictor.nodes
                    # a categorical node points into bitsets as well; our pipelines make none
                    width = -1 if nodes["is_categorical"].any() else last.n_features_in_
                    yield nodes["left"], nodes["right"], nodes["feature_idx"], nodes["is_leaf"], width
        case RandomForestRegressor():
            for estimator in last.estimators_:
                tree = estimator.tree_
                leaf = tree.children_left == -1
                yield tree.children_left, tree.children_right, tree.feature, leaf, last.n_features_in_


def _tree_count(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        nodes = _nodes(json.loads(file.read(_SCHEMA)))
        return sum(f"{node.get('__module__')}.{node.get('__class__')}" in _TREES for node in nodes if "__id__" in node)


def _check_tree(tree: tuple[Any, Any, Any, Any, int], where: str) -> None:
    """Refuse a tree whose way down leads out of its arrays, or in a circle."""
    import numpy as np

    left, right, feature, leaf, features = tree
    inner = np.asarray(leaf) == 0
    number = np.arange(len(inner))[inner]
    children = [np.asarray(side, dtype=np.int64)[inner] for side in (left, right)]
    # children stand behind their parent, so every way down ends
    ends = len(inner) > 0 and all(((side > number) & (side < len(inner))).all() for side in children)
    columns = np.asarray(feature, dtype=np.int64)[inner]
    if not (ends and ((columns >= 0) & (columns < features)).all()):
        raise _refused(where, "one of its trees leads out of its own arrays")
