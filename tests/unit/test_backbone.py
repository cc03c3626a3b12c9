"""The facade: a project in Python, in the forms that data scientists use."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vertebra as vb
from tests.shop import Shop
from vertebra import frame
from vertebra.errors import ProjectError, StepError, UnknownNameError, UsageError


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("backbone") / "shop")
    shop.run()
    return shop


@pytest.fixture
def bb(shop: Shop) -> Iterator[vb.Backbone]:
    with vb.open(shop.folder) as opened:
        yield opened


def test_open_run_and_read(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    with vb.open(str(shop.folder)) as bb:
        assert [str(step.action) for step in bb.plan()] == ["refresh", "add", "add"]
        assert bb.run().release == 1
        assert bb.table("daily_sales").arrow().num_rows == 2
        assert [release.release.number for release in bb.releases()] == [1]


def test_a_step_that_fails_is_raised_unless_it_is_not_to_be(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop")
    shop.view("broken", "select error('no') as x from sales", "x")
    with vb.open(shop.folder) as bb:
        with pytest.raises(StepError, match="the engine stopped at a value"):
            bb.run()
        assert bb.run(strict=False).outcome == "failed"


def test_query_in_every_form(bb: vb.Backbone) -> None:
    found = bb.query("select day, receipts, amount_eur from daily_sales order by day")
    first = {"day": date(2024, 5, 1), "receipts": 3, "amount_eur": Decimal("14.25")}
    assert found.arrow().to_pylist()[0] == first
    assert found.polars().row(0, named=True) == first
    frame = found.pandas()
    assert frame.iloc[0].to_dict() == first
    assert [str(kind) for kind in frame.dtypes][1] == "int64[pyarrow]"


def test_a_tensor_is_a_matrix_of_doubles(bb: vb.Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "torch")
    found = bb.table("daily_sales").tensor(["receipts", "amount_eur"])
    assert found.dtype == np.float64
    assert found.tolist() == [[3.0, 14.25], [2.0, 4.69]] or found.tolist() == [[2.0, 4.69], [3.0, 14.25]]
    sql = "select * from (values (1, true, null::double), (null, false, 2.5)) t(a, b, c)"
    matrix = bb.query(sql).tensor()
    np.testing.assert_array_equal(matrix, [[1.0, 1.0, np.nan], [np.nan, 0.0, 2.5]])
    assert bb.query(f"select * from ({sql}) where false").tensor().shape == (0, 3)


def test_what_does_not_fit_into_a_tensor_is_told(bb: vb.Backbone) -> None:
    with pytest.raises(UsageError) as caught:
        bb.table("daily_sales").tensor()
    assert caught.value.what == 'the column "shop" does not fit into a tensor'
    with pytest.raises(UsageError, match=r"beyond 2\^53"):
        bb.query("select 9007199254740993 as big").tensor()
    with pytest.raises(UnknownNameError, match='"daily_sales" has no column "day_of_week"'):
        bb.table("daily_sales").tensor(["day_of_week"])


def test_a_tensor_of_torch_where_it_is_installed(bb: vb.Backbone) -> None:
    torch = pytest.importorskip("torch")
    assert bb.query("select 1.5 as x").tensor().dtype == torch.float64


def _without(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    real = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> Any:
        return None if name == library else real(name, package)

    monkeypatch.setattr(frame, "find_spec", find)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_library_that_is_not_installed(bb: vb.Backbone, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    _without(monkeypatch, library)
    found = bb.query("select 1 as one")
    with pytest.raises(UsageError) as caught:
        found.pandas() if library == "pandas" else found.polars()
    assert caught.value.what == f"{library} is not installed"
    assert caught.value.next == f"pip install 'vertebra[{library}]'"


def test_trace_through_the_facade(bb: vb.Backbone) -> None:
    found = bb.trace("daily_sales", shop="north", day=date(2024, 5, 1))
    assert [record.record for record in found.records] == [1, 2, 3]


def test_unknown_names(bb: vb.Backbone, shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match='there is no dataset "sails"'):
        bb.table("sails")
    with pytest.raises(UnknownNameError, match='there is no environment "test"'):
        vb.open(shop.folder, environment="test")
    with pytest.raises(ProjectError, match="this folder is no project"):
        vb.open(tmp_path)
    assert bb.models() == ()
    with pytest.raises(UnknownNameError, match='there is no analysis "heat"'):
        bb.train("heat")


def test_profile(bb: vb.Backbone) -> None:
    found = bb.profile("daily_sales")
    assert (found.release, found.profile.rows, found.comparison) == (1, 2, None)
    assert bb.profile("sales", release=1).profile.columns[0].name == "shop"
    with pytest.raises(UnknownNameError, match="there is no release 7"):
        bb.profile("sales", against=7)
