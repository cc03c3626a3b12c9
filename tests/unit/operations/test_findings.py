"""The quarantine says what is wrong with which record of which file."""

from __future__ import annotations

import json

import pytest

from tests.shop import Shop
from vertebra import operations
from vertebra.errors import UnknownNameError

BAD = "receipt,sold_at,article,amount\n" + "".join(f"{n},2024-05-03 10:00:00,bread,x{n}\n" for n in range(10, 17))


@pytest.fixture
def ran(shop: Shop) -> Shop:
    shop.deliver("north_2024-05-03.csv", BAD)
    path = shop.folder / "views" / "daily_sales.sql"
    path.write_text(path.read_text().replace("amount_eur > 0, otherwise: warn", "receipts > 2, otherwise: quarantine"))
    assert shop.run().release == 1
    return shop


def test_findings_have_file_line_column_value_and_reason(ran: Shop) -> None:
    with ran.opened() as ws:
        found = operations.quarantine(ws, "sales")
    assert found.counts == (("sales", "type-mismatch", 8),)
    first = found.findings[0]
    assert (first.type, first.severity, first.table) == ("type-mismatch", "rejected", "sales")
    assert (first.file, first.version, first.record, first.line) == ("north_2024-05-02.csv", 1, 2, 3)
    assert (first.column, first.value, first.raw) == ("amount_eur", "2x40", "5,2024-05-02 11:30:00,butter,2x40")
    text = (ran.folder / "deliveries" / "sales" / "north_2024-05-02.csv").read_bytes()
    assert first.byte is not None
    assert text[first.byte :].startswith(first.raw.encode())


def test_the_rows_that_an_expectation_took_out_are_findings_too(ran: Shop) -> None:
    with ran.opened() as ws:
        found = operations.quarantine(ws, "daily_sales")
    assert found.counts == (("daily_sales", "expectation", 1),)
    (finding,) = found.findings
    assert finding.reason.startswith("something was sold: ")
    assert json.loads(finding.raw)["day"] == "2024-05-02"
    assert (finding.file, finding.record) == (None, None)


def test_a_limit_is_for_each_type_and_counts_stay_whole(ran: Shop) -> None:
    with ran.opened() as ws:
        found = operations.quarantine(ws, limit=3)
    assert found.counts == (("daily_sales", "expectation", 1), ("sales", "type-mismatch", 8))
    assert [finding.table for finding in found.findings] == ["daily_sales", "sales", "sales", "sales"]


def test_a_table_without_findings_and_a_table_that_is_none(ran: Shop) -> None:
    ran.view("plain", "select receipt from sales", "receipt")
    ran.run()
    with ran.opened() as ws:
        assert operations.quarantine(ws, "plain").counts == ()
        with pytest.raises(UnknownNameError, match='there is no table "sails"') as caught:
            operations.quarantine(ws, "sails")
    assert caught.value.next.startswith('did you mean "sales"?')
