"""Read `analyses/*.yaml`: parsed once at the gate, every complaint with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vertebra import sql
from vertebra.analysis import expressions
from vertebra.analysis.candidates import read_candidates, read_prepare
from vertebra.analysis.definition import Analysis, Feature, Split
from vertebra.analysis.metrics import MEASURES
from vertebra.document import Section, read_yaml
from vertebra.errors import nearest
from vertebra.project import identifier
from vertebra.project.duration import duration

OWN_COLUMNS = ("actual", "candidate", "fold", "model", "note", "part", "prediction", "residual")
"""Columns of the datasets of residuals, split and predictions, beside the grain."""
PLOTS = ("measured", "residuals")
_KEYS = (
    "analysis",
    "description",
    "owner",
    "from",
    "grain",
    "where",
    "label",
    "features",
    "prepare",
    "split",
    "candidates",
    "metric",
    "slices",
    "seed",
    "predict",
    "plots",
)


def read_analyses(folder: Path) -> dict[str, Analysis]:
    """The analyses of a project folder, by name, in the order of their names.

    Raises
    ------
    ProjectError
        If a file cannot be used; the error names file, line and key.
    """
    paths = sorted((folder / "analyses").glob("*.y*ml"))
    found = (read_analysis(path, f"analyses/{path.name}") for path in paths)
    return {analysis.name: analysis for analysis in found}


def read_analysis(path: Path, shown: str | None = None) -> Analysis:
    """Read one analysis.

    Raises
    ------
    ProjectError
        If it cannot be used; the error names file, line and key.
    """
    top = read_yaml(path, shown).only(_KEYS)
    name = identifier(top, "analysis")
    if name != path.stem:
        raise top.error(
            "analysis", f'the file is called "{path.stem}", the analysis "{name}"', f"rename the file to {name}.yaml"
        )
    source: str = top.text("from").strip()
    population: str = top.text("where", "").strip()
    expressions.check_source(top, source)
    if population:
        expressions.check_condition(top, "where", population)
    grain = _grain(top)
    label = _expression(top.section("label"), ("name", "sql", "unit", "description"))
    features = tuple(_expression(s, ("name", "sql", "unit", "description")) for s in top.sections("features"))
    columns = (*grain, label, *features)
    _check_names(top, columns, features)
    _check_label(top, source, population, label, features)
    query = sql.parse(expressions.compose(columns, source, population), f"{top.file}:{top.lines['from']}")
    expressions.check_whole(top, query)
    return Analysis(
        name=name,
        description=top.text("description", ""),
        owner=top.text("owner", ""),
        source=source,
        population=population,
        grain=grain,
        label=label,
        features=features,
        split=_split(top, grain),
        candidates=read_candidates(top, tuple(feature.name for feature in features), read_prepare(top)),
        metric=top.choice("metric", tuple(MEASURES)),
        slices=_known(top, "slices", (column.name for column in (*grain, *features))),
        seed=top.integer("seed", 0),
        horizon=duration(top.section("predict").only(("last",)), "last"),
        plots=_known(top, "plots", PLOTS),
        query=query,
        depends=_depends(top, name, query),
        where=f"{top.file}:{top.line}",
    )


def _grain(top: Section) -> tuple[Feature, ...]:
    found = []
    for text in top.texts("grain"):
        references = expressions.references(text) if text.replace(".", "").replace("_", "").isalnum() else set()
        if len(references) != 1:
            raise top.error("grain", f"`{text}` is not a column", "write for example `grain: [d.device, d.day]`")
        found.append(Feature(text.rpartition(".")[2].lower(), text, "", "", f"{top.file}:{top.lines['grain']}"))
    if not found:
        raise top.error("grain", "it names no column", "name the columns that identify a row")
    return tuple(found)


def _expression(section: Section, keys: Iterable[str]) -> Feature:
    section.only(keys)
    text: str = section.text("sql").strip()
    expressions.check_expression(section, text)
    return Feature(
        identifier(section, "name"),
        text,
        section.text("unit", ""),
        section.text("description", ""),
        f"{section.file}:{section.line}",
    )


def _check_names(top: Section, columns: tuple[Feature, ...], features: tuple[Feature, ...]) -> None:
    if not features:
        raise top.error("features", "there is nothing to predict from", "add lines `- {name: …, sql: …}`")
    seen: dict[str, Feature] = {}
    for column in columns:
        if column.name in OWN_COLUMNS:
            raise top.error(
                "features"
                if column in features
                else "grain"
                if column not in columns[-len(features) - 1 :]
                else "label",
                f'"{column.name}" is a column that analyses add themselves',
                f"give it another name than {', '.join(OWN_COLUMNS)}",
            )
        if column.name in seen:
            raise top.error(
                "features" if column in features else "label",
                f'two columns are called "{column.name}": {seen[column.name].where} and {column.where}',
                "rename one of the two",
            )
        seen[column.name] = column


def _check_label(top: Section, source: str, population: str, label: Feature, features: tuple[Feature, ...]) -> None:
    sections: tuple[Section, ...] = top.sections("features")
    parts = [(section, "sql", feature) for section, feature in zip(sections, features, strict=True)]
    expressions.refuse_label(label, parts, source)
    if population:
        # a population that knows the label could not be predicted for; rows without a label are told apart anyway
        expressions.refuse_label(label, [(top, "where", Feature("where", population, "", "", ""))], source)


def _split(top: Section, grain: tuple[Feature, ...]) -> Split:
    section: Section = top.section("split").only(("time", "validation", "folds", "gap"))
    time: str = section.text("time")
    names = [column.name for column in grain]
    if time not in names:
        raise section.error("time", f'"{time}" is no column of the grain', nearest(time, names))
    folds: int = section.integer("folds", 10)
    if folds < 2:
        raise section.error("folds", "a cross-validation needs two folds or more", "write for example `folds: 10`")
    validation: Section = section.section("validation").only(("last",))
    return Split(time, duration(validation, "last"), folds, duration(section, "gap"))


def _known(top: Section, key: str, names: Iterable[str]) -> tuple[str, ...]:
    known = tuple(names)
    values: tuple[str, ...] = top.texts(key, ())
    for value in values:
        if value not in known:
            raise top.error(key, f'"{value}" is not one of them', nearest(value, known))
    return values


def _depends(top: Section, name: str, query: sql.Query) -> tuple[str, ...]:
    found = tuple(sorted({dataset.lower() for dataset in sql.dependencies(query)}))
    own = {f"{name}_{part}" for part in ("features", "split", "residuals", "predictions")}
    for dataset in found:
        if dataset in own:
            raise top.error("from", f'"{dataset}" is made by this analysis itself', "read what it is made from")
    return found
