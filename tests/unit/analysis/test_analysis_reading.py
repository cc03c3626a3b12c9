"""Reading `analyses/*.yaml`: what is meant is understood, what is not says file, line, cause and what to type."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.analysis.analysis_bench import DEFINITION
from vertebra.analysis import Analysis, read_analyses
from vertebra.analysis.definition import Prepare
from vertebra.errors import ProjectError

Write = Callable[..., Path]
EXAMPLE = Path(__file__).parents[3] / "examples" / "heating"


def _read(project: Write, definition: str = DEFINITION) -> Analysis:
    return read_analyses(project(definition))["demand"]


def test_the_parts_of_an_analysis(project: Write) -> None:
    analysis = _read(project)
    assert analysis.key == ("device", "day")
    assert analysis.depends == ("daily_heat",)
    assert analysis.split.validation == timedelta(days=30)
    assert [len(candidate.settings) for candidate in analysis.candidates] == [1, 2, 1]
    assert analysis.candidates[0].prepare == Prepare()
    assert analysis.candidates[1].prepare == Prepare((0.01, 0.99), "median", standardise=True)
    assert analysis.dataset("features") == "demand_features"
    assert json.loads(json.dumps(analysis.meaning()))["split"]["gap"] == "7 days, 0:00:00"


def test_the_query_is_grain_label_and_features_of_the_population(project: Write) -> None:
    text = " ".join(_read(project).query.text.split())
    assert text.startswith('select d.device as "device", d.day as "day", d.heat_mwh as "heat_mwh", d.outdoor_c as')
    assert text.endswith("w.day = d.day - 7 where d.outdoor_c is not null")


def test_words_change_no_fingerprint_and_meaning_does(project: Write) -> None:
    first = _read(project).features_fingerprint()
    words = DEFINITION.replace("Heat of a day.", "Other words.").replace("sql: w.heat_mwh", "sql:  W.heat_mwh")
    assert _read(project, words.replace("where: d.", "where: |\n  /* a comment */ d.")).features_fingerprint() == first
    for old, new in (("d.day - 7", "d.day - 8"), ("unit: MWh", "unit: kWh"), ("isodow(d.day) >= 6", "true")):
        assert _read(project, DEFINITION.replace(old, new)).features_fingerprint() != first


def test_a_comment_at_the_end_of_a_part_swallows_nothing(project: Write) -> None:
    changed = DEFINITION.replace("w.day = d.day - 7", "w.day = d.day - 7 -- a week").replace(
        "sql: w.heat_mwh}", 'sql: "w.heat_mwh -- measured"}'
    )
    assert _read(project, changed).features_fingerprint() == _read(project).features_fingerprint()


def test_a_candidate_may_take_less_preparation(project: Write) -> None:
    changed = DEFINITION.replace("model: ridge,", "model: ridge, prepare: [impute],")
    assert _read(project, changed).candidates[1].prepare == Prepare(None, "median", standardise=False)


def test_the_example_reads() -> None:
    analysis = read_analyses(EXAMPLE)["heat_demand"]
    assert [candidate.model for candidate in analysis.candidates] == [
        "repeat_last_week",
        "ridge",
        "hist_gradient_boosting",
    ]
    assert analysis.split.folds == 10
    assert analysis.slices == ("device",)
    assert all(feature.description for feature in analysis.features)


WRONG = [
    # what is changed, into what, where the error points, why, next
    ("candidates:", "candidate:", ":24", '"candidate" is no key', 'did you mean "candidates"'),
    ("analysis: demand", "analysis: demands", ":2", 'the file is called "demand"', "rename the file to demands.yaml"),
    ("grain: [d.device, d.day]", "grain: [d.device, d.day + 1]", ":7", "`d.day + 1` is not a column", "grain: ["),
    ("grain: [d.device, d.day]", "grain: []", ":7", "it names no column", "name the columns"),
    ("sql: d.outdoor_c}", "sql: d.outdoor_c, unti: C}", ":11", '"unti" is no key', 'did you mean "unit"'),
    ("sql: d.outdoor_c}", "sql: d.outdoor_c d2 x}", ":11", "SQL that cannot be read", "mend the statement"),
    ("sql: d.outdoor_c}", 'sql: "d.outdoor_c, d.day"}', ":11", "is not one expression", "one expression for each"),
    ("sql: d.outdoor_c}", 'sql: "d.*"}', ":11", "is not one expression", "one expression for each name"),
    ("sql: d.outdoor_c}", 'sql: "columns(*)"}', ":11", "is not one expression", "one expression for each name"),
    ("sql: d.outdoor_c}", 'sql: "1 from secret"}', ":11", "a from stands in it", "write the expression alone"),
    ("sql: d.outdoor_c}", 'sql: "avg(d.outdoor_c)"}', ":11", "draws many rows into one", "over (…)"),
    ("sql: d.outdoor_c}", 'sql: "random()"}', ":4", "not decided by the release alone (random)", "column of a dataset"),
    ("sql: d.outdoor_c}", 'sql: "current_date - d.day"}', ":4", "(clock)", "column of a dataset"),
    ("name: outdoor_c", "name: Outdoor", ":11", "'Outdoor' is not a name", "`name: outdoor`"),
    ("name: outdoor_c", "name: prediction", ":10", "a column that analyses add themselves", "another name"),
    ("name: outdoor_c", "name: heat_mwh", ":10", 'two columns are called "heat_mwh"', "rename one"),
    ("where: d.outdoor_c is not null", "where: d.x; drop table y", ":8", "2 statements", "write it as that"),
    (
        "  daily_heat d\n",
        "  read_csv('/etc/passwd') d\n",
        ":4",
        "read_csv is read from outside",
        "declare it as a source",
    ),
    (
        "  daily_heat d\n",
        "  demand_features d\n",
        ":4",
        '"demand_features" is made by this analysis',
        "read what it is",
    ),
    ("w.day = d.day - 7\n", "w.day = d.day - 7 limit 5\n", ":4", "it holds a limit", "datasets and joins only"),
    ("time: day", "time: month", ":20", '"month" is no column of the grain', "known: day, device"),
    ("last: 30 days", "last: 30", ":21", "30 is no length of time", "write for example `last: 14 days`"),
    ("gap: 7 days", "gap: 0 days", ":23", "'0 days' is no length of time", "`gap: 14 days`"),
    ("folds: 5", "folds: 1", ":22", "two folds or more", "`folds: 10`"),
    ("model: ridge", "model: rigde", ":26", '"rigde" is not one of them', 'did you mean "ridge"'),
    ("feature: last_week", "feature: last_wek", ":25", '"last_wek" is no feature', 'did you mean "last_week"'),
    ("{feature: last_week}", "{lag: 7}", ":25", "needs the feature that it repeats", "{feature: outdoor_c}"),
    ("alpha: [0.1, 10]", "n_jobs: 2", ":26", "set from the analysis' `seed:`", "take it out"),
    ("alpha: [0.1, 10]", "alpha: []", ":26", "a list of values to try", "`alpha: [1, 10]`"),
    ("name: linear", "name: repeat", ":26", 'two candidates are called "repeat"', "rename one"),
    ("metric: mae", "metric: mea", ":28", '"mea" is not one of them', 'did you mean "mae"'),
    ("slices: [device]", "slices: [devices]", ":29", '"devices" is not one of them', 'did you mean "device"'),
    ("seed: 7", "plots: [mesured]", ":30", '"mesured" is not one of them', 'did you mean "measured"'),
    ("quantiles: [0.01, 0.99]", "quantiles: [0.99, 0.01]", ":16", "two rising numbers", "`quantiles: [0.01, 0.99]`"),
    ("impute: median", "impute: zero", ":17", '"zero" is not one of them', "known: mean, median"),
    ("  - {name: repeat", "  - {prepare: [clip], name: repeat", ":25", "reads the features as they are", "away"),
    ("model: ridge,", "model: ridge, prepare: [scale],", ":26", '"scale" is not declared', "known: clip, impute"),
]


@pytest.mark.parametrize(("old", "new", "line", "why", "next_"), WRONG, ids=[f"{w[1].strip()[:40]}" for w in WRONG])
def test_what_is_wrong_is_named(project: Write, old: str, new: str, line: str, why: str, next_: str) -> None:
    assert DEFINITION.count(old) == 1 or old in ("sql: d.outdoor_c}", "name: outdoor_c")
    with pytest.raises(ProjectError) as caught:
        _read(project, DEFINITION.replace(old, new, 1))
    assert caught.value.where == f"analyses/demand.yaml{line}"
    assert why in caught.value.why or why in caught.value.what
    assert next_ in caught.value.next
    assert len(str(caught.value).splitlines()) == 4


LABEL = [
    ("sql: d.outdoor_c}", "sql: d.heat_mwh}"),
    ("sql: d.outdoor_c}", "sql: D.HEAT_MWH}"),
    ("sql: d.outdoor_c}", 'sql: "d.heat_mwh / nullif(20 - d.outdoor_c, 0)"}'),
    ("sql: d.outdoor_c}", "sql: heat_mwh}"),
    ("sql: d.outdoor_c}", 'sql: "avg(d.heat_mwh) over (partition by d.device)"}'),
    ("where: d.outdoor_c is not null", "where: d.heat_mwh > 0"),
]


@pytest.mark.parametrize(("old", "new"), LABEL)
def test_the_label_of_the_same_row_is_no_feature(project: Write, old: str, new: str) -> None:
    with pytest.raises(ProjectError) as caught:
        _read(project, DEFINITION.replace(old, new, 1))
    assert 'which the label "heat_mwh" of the same row is made of' in caught.value.why
    assert "w.day = d.day - 7" in caught.value.next
    assert caught.value.where in ("analyses/demand.yaml:11", "analyses/demand.yaml:8")


def test_with_one_dataset_a_column_needs_no_qualifier_to_be_the_label(project: Write) -> None:
    single = (
        DEFINITION.replace("  left join daily_heat w on w.device = d.device and w.day = d.day - 7\n", "")
        .replace("sql: d.heat_mwh", "sql: heat_mwh")
        .replace("  - {name: last_week, sql: w.heat_mwh}\n", "  - {name: last_week, sql: d.heat_mwh}\n")
    )
    with pytest.raises(ProjectError, match="cannot use") as caught:
        _read(project, single)
    assert "reads d.heat_mwh" in caught.value.why


def test_reading_analyses_imports_nothing_heavy() -> None:
    script = (
        "import sys; from pathlib import Path; from vertebra.analysis import read_analyses\n"
        f"read_analyses(Path({str(EXAMPLE)!r}))\n"
        "print(sorted({'sklearn', 'skops', 'matplotlib', 'pyarrow', 'numpy', 'pandas', 'duckdb'} & set(sys.modules)))"
    )
    root = str(Path(__file__).parents[3])
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert out.stdout.strip() == "[]"
