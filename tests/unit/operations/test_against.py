"""A project runs on other deliveries in a place of its own, which is gone afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shop import Shop
from vertebra.errors import UsageError
from vertebra.operations.against import run_against

SALES = "receipt,sold_at,article,amount\n1,2024-05-03 10:00:00,bread,3.20\n2,yesterday,milk,1.00\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path / "shop")
    place = shop.folder / "tests" / "deliveries" / "sales"
    place.mkdir(parents=True)
    (place / "north_2024-05.csv").write_text(SALES, encoding="utf-8")
    return shop


def files(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("before", [False, True])
def test_nothing_of_the_project_is_read_or_changed(shop: Shop, *, before: bool) -> None:
    if before:
        shop.run()
    there = files(shop.folder)
    report = run_against(shop.folder, shop.folder / "tests" / "deliveries", "ci")
    assert report.outcome == "done"
    assert [(one.file, one.records, one.formatted, one.quarantined) for one in report.accounts] == [
        ("north_2024-05.csv", 3, 1, 1)
    ]
    assert report.notes[-1] == (
        f"it ran on {shop.folder / 'tests' / 'deliveries'} in a place that is gone; "
        "the project's own data was neither read nor changed"
    )
    assert files(shop.folder) == there


def test_an_environment_of_the_project_is_one_too(shop: Shop) -> None:
    assert run_against(shop.folder, shop.folder / "tests" / "deliveries").release == 1
    assert run_against(shop.folder, shop.folder / "tests" / "deliveries", "prod").release == 1


def test_a_broken_view_is_told(shop: Shop) -> None:
    shop.view("broken", "select article, no_such_column from sales", "article")
    report = run_against(shop.folder, shop.folder / "tests" / "deliveries", "ci")
    assert (report.outcome, report.release) == ("failed", None)


def test_a_source_without_deliveries_is_asked_for(shop: Shop) -> None:
    with pytest.raises(UsageError) as caught:
        run_against(shop.folder, shop.folder / "tests", "ci")
    folder = shop.folder / "tests"
    assert str(caught.value) == (
        'there are no deliveries of "sales" to run against\n'
        f"  where: {folder}\n"
        "  why:   it has no folder for sales; every source needs one of its name, empty or not\n"
        f"  next:  mkdir -p {folder / 'sales'}, and put a small delivery into it"
    )


def test_what_is_pushed_otherwise_is_taken_from_its_folder(shop: Shop) -> None:
    source = shop.folder / "sources" / "sales.yaml"
    lines = [line for line in source.read_text(encoding="utf-8").splitlines() if not line.startswith("collect:")]
    source.write_text("\n".join(lines), encoding="utf-8")
    assert len(run_against(shop.folder, shop.folder / "tests" / "deliveries").accounts) == 1
