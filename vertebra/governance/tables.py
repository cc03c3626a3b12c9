"""The catalog's tables: ordinary metadata, to be queried with ordinary SQL.

A table that grows with history is only ever added to or closed (`until_id`), never rewritten.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from vertebra.governance.schema import Instant, key, metadata, ref

migration = Table(
    "migration",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("applied_at", Instant, nullable=False),
)

# -- operations: what ran ------------------------------------------------------------------------

run = Table(
    "run",
    metadata,
    key(),
    Column("command", String(40), nullable=False),
    Column("environment", String(100), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", String(20)),  # done | failed | stopped | crashed; null while it runs
    Column("release_id", Integer),
    Column("code_version", String(100), nullable=False),
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
)

step_run = Table(
    "step_run",
    metadata,
    key(),
    ref("run_id", "run.id", index=True),
    Column("name", String(300), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("action", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("outcome", String(20)),  # null while it runs
    Column("started_at", Instant, nullable=False),
    Column("wall_seconds", Float),
    Column("cpu_seconds", Float),
    Column("peak_memory_bytes", Integer),
    Column("rows", Integer),
    Column("bytes", Integer),
    Column("error", JSON),
)

fallback = Table(
    "fallback",
    metadata,
    key(),
    ref("run_id", "run.id", index=True),
    Column("step", String(300), nullable=False),
    Column("text", Text, nullable=False),
)

measure = Table(  # of the newest steps of each name and way, from which the next is estimated; older ones are forgotten
    "measure",
    metadata,
    key(),
    ref("run_id", "run.id"),
    Column("kind", String(20), nullable=False),
    Column("name", String(300), nullable=False),
    Column("way", String(20), nullable=False),  # full | keys | files
    Column("definition", String(64), nullable=False),
    Column("read", Integer, nullable=False),  # rows of the inputs; of what reads files, their bytes
    Column("changed", Integer, nullable=False),
    Column("keys", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("wall_seconds", Float, nullable=False),
    Column("cpu_seconds", Float, nullable=False),
    Index("measure_by_step", "kind", "name", "way"),
)

# -- landing: what was delivered -----------------------------------------------------------------

file_version = Table(
    "file_version",
    metadata,
    key(),  # what `_file` holds
    Column("source", String(200), nullable=False),
    Column("name", Text, nullable=False),  # as delivered, with its folders below the collector's root
    Column("version", Integer, nullable=False),  # 1, 2, … under source and name
    Column("received_at", Instant, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),  # bytes
    Column("origin", Text, nullable=False),
    Column("path", Text, nullable=False),  # below the storage root
    UniqueConstraint("source", "name", "version"),
)

delivery = Table(
    "delivery",
    metadata,
    key(),
    ref("run_id", "run.id", null=True),
    Column("source", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("sha256", String(64)),
    Column("size", Integer),
    Column("outcome", String(20), nullable=False),  # version | duplicate | left
    Column("note", Text, nullable=False, default=""),
    ref("file_id", "file_version.id", null=True),
    Index("delivery_by_source", "source", "name"),
)

observed = Table(  # what the collector saw last at an origin, so that an unchanged file is not read again
    "observed",
    metadata,
    Column("source", String(200), primary_key=True),
    Column("origin", Text, primary_key=True),
    Column("stamp", Text, nullable=False),  # size, modification, change time and inode
    ref("file_id", "file_version.id"),
)

# -- governance: definitions and datasets --------------------------------------------------------

definition = Table(
    "definition",
    metadata,
    key(),
    Column("kind", String(20), nullable=False),  # template | view | analysis
    Column("name", String(300), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("kind", "name", "fingerprint"),
)

term = Table(
    "term",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("definition", Text, nullable=False),
    Column("unit", String(50)),
    Column("synonyms", JSON, nullable=False),
)

dataset = Table(
    "dataset",
    metadata,
    key(),
    Column("name", String(300), nullable=False, unique=True),
    Column("zone", String(20), nullable=False),  # formatted | quarantine | exploitation | analysis
    Column("path", Text, nullable=False),  # below the storage root
    Column("description", Text, nullable=False, default=""),
    Column("owner", String(200), nullable=False, default=""),
)

dataset_version = Table(
    "dataset_version",
    metadata,
    key(),
    ref("dataset_id", "dataset.id", index=True),
    Column("identity", String(64), nullable=False),  # fingerprint of the step and its input versions
    ref("definition_id", "definition.id", null=True),
    Column("table_version", Integer, nullable=False),  # of the Delta table
    Column("columns", JSON, nullable=False),  # [{name, type, unit, term, description, semantic, personal}]
    Column("grain", JSON, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("files", Integer, nullable=False),
    Column("content_hash", String(64)),
    Column("exact", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    ref("run_id", "run.id"),
    Index("version_by_identity", "dataset_id", "identity"),
)

dataset_input = Table(
    "dataset_input",
    metadata,
    ref("version_id", "dataset_version.id"),
    ref("input_id", "dataset_version.id", index=True),
    UniqueConstraint("version_id", "input_id"),
)

column_lineage = Table(
    "column_lineage",
    metadata,
    ref("definition_id", "definition.id", index=True),
    Column("column", String(300), nullable=False),
    Column("input", String(300), nullable=False),
    Column("input_column", String(300), nullable=False),
    Column("role", String(10), nullable=False),  # value | presence
)

account = Table(  # of the file versions that stand in a table from version `since_id` until before `until_id`
    "account",
    metadata,
    key(),
    ref("dataset_id", "dataset.id"),
    ref("file_id", "file_version.id", index=True),
    ref("since_id", "dataset_version.id", index=True),
    ref("until_id", "dataset_version.id", null=True, index=True),
    Column("records", Integer, nullable=False),
    Column("formatted", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    Column("skipped", JSON, nullable=False),
    ref("definition_id", "definition.id", null=True),  # the template that read the file
    Column("names", JSON(none_as_null=True)),  # of the columns that the file has; null where they are not known
    Index("account_standing", "dataset_id", "until_id"),
)

evolution = Table(  # how files that were not as declared changed a source's template
    "evolution",
    metadata,
    key(),
    Column("source", String(200), nullable=False, index=True),
    ref("file_id", "file_version.id", null=True),  # because of which
    Column("kind", String(40), nullable=False),
    Column("body", JSON, nullable=False),
    Column("text", Text, nullable=False),  # in words
    Column("created_at", Instant, nullable=False),
    ref("run_id", "run.id"),
    Column("undone_at", Instant),
)

check_result = Table(
    "check_result",
    metadata,
    key(),
    ref("run_id", "run.id", index=True),
    ref("version_id", "dataset_version.id", null=True, index=True),
    Column("dataset", String(300), nullable=False),
    Column("name", Text, nullable=False),
    Column("otherwise", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("failed", Integer, nullable=False),
    Column("message", Text, nullable=False, default=""),
)

profile = Table(  # of a dataset version
    "profile",
    metadata,
    Column("version_id", Integer, ForeignKey("dataset_version.id"), primary_key=True),
    Column("settings", String(64), nullable=False),  # fingerprint of what was measured and how
    Column("mode", String(20), nullable=False),  # all | sample
    Column("rows", Integer, nullable=False),
    Column("looked", Integer, nullable=False),  # rows that were looked at one by one
    Column("files", Integer, nullable=False),
    Column(
        "chain", String(64), nullable=False
    ),  # fingerprint of the files in the order in which they were put together
    Column("measured", Integer, nullable=False),  # files that were read for it; the others were known
    Column("seconds", Float, nullable=False),
    Column("body", JSON, nullable=False),  # what `vertebra profile --output json` prints
    Column("state", LargeBinary, nullable=False),  # from which the next version's is made
    Column("made_at", Instant, nullable=False),
    ref("run_id", "run.id"),
)

profile_file = Table(  # of one Parquet file of a table, which never changes
    "profile_file",
    metadata,
    key(),
    ref("dataset_id", "dataset.id"),
    Column("path", Text, nullable=False),  # below the table's folder
    Column("settings", String(64), nullable=False),
    Column("state", LargeBinary, nullable=False),
    UniqueConstraint("dataset_id", "path", "settings"),
)

reading = Table(  # what the text of a view's file says, so that it need not be parsed again; may be emptied at any time
    "reading",
    metadata,
    Column("digest", String(64), primary_key=True),  # of the text, its place and the code that reads it
    Column("body", JSON, nullable=False),
)

# -- releases ------------------------------------------------------------------------------------

release = Table(
    "release",
    metadata,
    key(),  # the number of the release
    ref("run_id", "run.id"),
    ref("parent_id", "release.id", null=True),
    Column("created_at", Instant, nullable=False),
)

release_item = Table(
    "release_item",
    metadata,
    Column("release_id", Integer, ForeignKey("release.id"), primary_key=True),
    Column("dataset_id", Integer, ForeignKey("dataset.id"), primary_key=True),
    ref("version_id", "dataset_version.id", index=True),
)

environment = Table(
    "environment",
    metadata,
    Column("name", String(100), primary_key=True),
    ref("release_id", "release.id"),
)

environment_move = Table(
    "environment_move",
    metadata,
    key(),
    Column("environment", String(100), nullable=False),
    ref("release_id", "release.id"),
    Column("moved_at", Instant, nullable=False),
    Column("why", Text, nullable=False),
)

# -- analysis ------------------------------------------------------------------------------------

sandbox = Table(
    "sandbox",
    metadata,
    key(),
    Column("analysis", String(300), nullable=False),
    ref("definition_id", "definition.id"),
    ref("release_id", "release.id"),
    Column("created_at", Instant, nullable=False),
    ref("run_id", "run.id"),
)

sandbox_item = Table(
    "sandbox_item",
    metadata,
    Column("sandbox_id", Integer, ForeignKey("sandbox.id"), primary_key=True),
    Column("dataset_id", Integer, ForeignKey("dataset.id"), primary_key=True),
    ref("version_id", "dataset_version.id"),
)

model = Table(
    "model",
    metadata,
    key(),
    Column("analysis", String(300), nullable=False, index=True),
    Column("candidate", String(300), nullable=False),
    Column("identity", String(64), nullable=False, index=True),
    ref("sandbox_id", "sandbox.id"),
    ref("release_id", "release.id"),
    ref("features_id", "dataset_version.id"),  # the version of the feature table it learnt from
    Column("features_fingerprint", String(64), nullable=False),
    Column("hyperparameters", JSON, nullable=False),
    Column("code_version", String(100), nullable=False),
    Column("seed", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("train_rows", Integer, nullable=False),
    Column("train_seconds", Float, nullable=False),
    Column("trained_at", Instant, nullable=False),
    ref("run_id", "run.id"),
)

metric = Table(
    "metric",
    metadata,
    key(),
    ref("model_id", "model.id", index=True),
    Column("name", String(100), nullable=False),
    Column("part", String(40), nullable=False),  # cross-validation | validation | …
    Column("slice", String(300), nullable=False, default=""),  # "" for all, else column=value
    Column("fold", Integer),
    Column("value", Float),
)

deployment = Table(
    "deployment",
    metadata,
    key(),
    Column("analysis", String(300), nullable=False, index=True),
    ref("model_id", "model.id"),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Column("why", Text, nullable=False),
)
