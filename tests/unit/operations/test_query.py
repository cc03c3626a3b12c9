"""A query reads one release, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.shop import Shop
from vertebra import operations
from vertebra.errors import QueryError, UnknownNameError, VertebraError


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("query") / "shop")
    shop.run()
    return shop


def refused(shop: Shop, sql: str) -> VertebraError:
    with pytest.raises((QueryError, UnknownNameError)) as caught:
        shop.rows(sql)
    return caught.value


def test_select_with_and_from_first(ran: Shop) -> None:
    assert ran.rows("select sum(amount_eur) as eur from sales;") == [{"eur": Decimal("18.94")}]
    assert ran.rows("with s as (from sales) select count(*) as n from s -- all") == [{"n": 5}]
    assert ran.rows('from "daily_sales" select count(*) as n') == [{"n": 2}]
    assert ran.rows("select 1 as one") == [{"one": 1}]


def test_provenance_is_shown_to_whom_names_it(ran: Shop) -> None:
    assert "_file" not in ran.rows("select * from sales limit 1")[0]
    assert ran.rows("select distinct _file from sales order by 1") == [{"_file": 1}, {"_file": 2}]
    assert ran.rows("select max(_record) as last from SALES") == [{"last": 3}]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('*')",
        "select * from information_schema.tables",
        "select * from query('select 1')",
        "select * from duckdb_settings()",
    ],
)
def test_what_is_outside_the_project_is_refused(ran: Shop, sql: str) -> None:
    error = refused(ran, sql)
    assert error.what.endswith("is outside the project")
    assert "declare the data as a source" in error.next


@pytest.mark.parametrize(
    "sql",
    ["delete from sales", "drop table sales", "create table x as select 1", "set threads = 1", "select 1; select 2"],
)
def test_only_one_select_is_a_query(ran: Shop, sql: str) -> None:
    assert isinstance(refused(ran, sql), QueryError)


def test_an_unknown_name_is_told_with_the_nearest(ran: Shop) -> None:
    error = refused(ran, "select * from sails")
    assert (error.what, error.where) == ('there is no dataset "sails"', "the query, release 1")
    assert error.next.startswith('did you mean "sales"?')
    assert "column" in refused(ran, "select nothing from sales").why


def test_a_local_variable_is_no_table(ran: Shop) -> None:
    secret = ran.folder
    assert refused(ran, "select * from secret").what == 'there is no dataset "secret"'
    assert secret


def test_a_release_that_does_not_exist(ran: Shop) -> None:
    with pytest.raises(UnknownNameError) as caught:
        ran.rows("select 1", release=9)
    assert (caught.value.what, caught.value.why) == ("there is no release 9", "releases go from 1 to 1")


def test_nothing_is_published_yet(shop: Shop) -> None:
    error = refused(shop, "select * from sales")
    assert (error.what, error.next) == ('nothing is published in "prod" yet', "vertebra run")


def test_tables_give_the_columns_that_are_named(ran: Shop) -> None:
    with ran.opened() as ws:
        assert operations.table(ws, "sales").column_names == ["shop", "receipt", "sold_at", "article", "amount_eur"]
        assert operations.table(ws, "sales", ("_file", "receipt")).column_names == ["_file", "receipt"]
        with pytest.raises(UnknownNameError, match='"sales" has no column "amount"') as caught:
            operations.table(ws, "sales", ("amount",))
    assert caught.value.next.startswith('did you mean "amount_eur"?')
