"""What every catalog does, whatever database it is kept in. An adapter's test says how to open one."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, inspect, select
from sqlalchemy.exc import IntegrityError, StatementError

from vertebra.errors import CatalogError
from vertebra.governance import tables as t
from vertebra.governance.catalog import Catalog
from vertebra.governance.migrations import MIGRATIONS
from vertebra.governance.schema import inserted, metadata

AT = datetime(2026, 1, 3, 10, 15, 0, 123456, UTC)


def add_term(connection: Connection, name: str) -> None:
    connection.execute(insert(t.term).values(name=name, definition="d", unit=None, synonyms=[]))


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(t.term)).scalar_one()


class CatalogContract(ABC):
    """One place for metadata: whole transactions, consistent reads, numbered migrations."""

    @abstractmethod
    def open(self, folder: Path) -> Catalog:
        """The catalog of a folder: the same one when opened again."""

    @pytest.fixture
    def catalog(self, tmp_path: Path) -> Iterator[Catalog]:
        opened = self.open(tmp_path)
        yield opened
        opened.close()

    def test_a_new_catalog_has_every_table_and_passed_every_migration(self, catalog: Catalog) -> None:
        with catalog.read() as connection:
            assert set(metadata.tables) <= set(inspect(connection).get_table_names())
            numbers = connection.execute(select(t.migration.c.number).order_by(t.migration.c.number)).scalars().all()
        assert list(numbers) == [step.number for step in MIGRATIONS]

    def test_what_is_written_stands_when_it_is_opened_again(self, catalog: Catalog, tmp_path: Path) -> None:
        with catalog.write() as connection:
            add_term(connection, "heat")
        again = self.open(tmp_path)
        with again.read() as connection:
            assert count(connection) == 1
            assert connection.execute(select(func.count()).select_from(t.migration)).scalar() == len(MIGRATIONS)
        again.close()

    def test_a_transaction_that_fails_leaves_nothing(self, catalog: Catalog) -> None:
        def fail(connection: Connection) -> None:
            add_term(connection, "heat")
            raise KeyError("heat")

        with pytest.raises(KeyError), catalog.write() as connection:
            fail(connection)
        with catalog.read() as connection:
            assert count(connection) == 0

    def test_a_reader_keeps_the_state_that_it_began_with(self, catalog: Catalog, tmp_path: Path) -> None:
        other = self.open(tmp_path)
        with catalog.read() as reader:
            assert count(reader) == 0
            with other.write() as writer:
                add_term(writer, "heat")
            assert count(reader) == 0
        with catalog.read() as reader:
            assert count(reader) == 1
        other.close()

    def test_writers_wait_for_each_other_and_lose_nothing(self, catalog: Catalog, tmp_path: Path) -> None:
        """Each reads a number and writes the next one: without a lock from the beginning, some would be lost."""

        def write(own: Catalog) -> None:
            for _ in range(10):
                with own.write() as connection:
                    add_term(connection, f"t{count(connection):04}")

        others = [self.open(tmp_path) for _ in range(3)]
        threads = [threading.Thread(target=write, args=(own,)) for own in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with catalog.read() as connection:
            names = connection.execute(select(t.term.c.name).order_by(t.term.c.name)).scalars().all()
        assert list(names) == [f"t{number:04}" for number in range(30)]
        for own in others:
            own.close()

    def test_what_is_referred_to_must_stand(self, catalog: Catalog) -> None:
        with pytest.raises(IntegrityError), catalog.write() as connection:
            connection.execute(insert(t.release).values(run_id=99, created_at=AT))

    @pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))])
    def test_instants_come_back_as_they_were_and_sort_as_time_does(self, catalog: Catalog, zone: timezone) -> None:
        early, late = AT.astimezone(zone), (AT + timedelta(microseconds=1)).astimezone(UTC)
        with catalog.write() as connection:
            run_id = inserted(connection, t.run, _run(AT))
            for moment in (late, early):
                connection.execute(insert(t.release).values(run_id=run_id, created_at=moment))
        with catalog.read() as connection:
            query = select(t.release.c.created_at).order_by(t.release.c.created_at)
            assert list(connection.execute(query).scalars()) == [early, late]

    def test_a_local_time_is_refused(self, catalog: Catalog) -> None:
        with pytest.raises(StatementError, match="an instant needs a zone"), catalog.write() as connection:
            inserted(connection, t.run, _run(AT.replace(tzinfo=None)))

    def test_a_catalog_made_by_a_newer_version_is_refused(self, catalog: Catalog, tmp_path: Path) -> None:
        newest = MIGRATIONS[-1].number
        with catalog.write() as connection:
            connection.execute(insert(t.migration).values(number=newest + 1, name="later", applied_at=AT))
        with pytest.raises(CatalogError) as caught:
            self.open(tmp_path)
        assert str(caught.value) == (
            "the catalog was made by a newer version of Vertebra\n"
            f"  where: {catalog.engine.url.render_as_string(hide_password=True)}\n"
            f"  why:   it has migration {newest + 1}, this version knows up to {newest}\n"
            "  next:  pip install --upgrade vertebra"
        )
        assert caught.value.exit_status == 2

    def test_a_catalog_of_the_first_edition_gets_what_came_since(self, catalog: Catalog, tmp_path: Path) -> None:
        with catalog.write() as connection:
            add_term(connection, "heat")
            connection.exec_driver_sql("drop table profile_file")
            connection.exec_driver_sql("drop table profile")
            connection.exec_driver_sql("delete from migration where number > 1")
        again = self.open(tmp_path)
        with again.read() as connection:
            assert set(metadata.tables) <= set(inspect(connection).get_table_names())
            numbers = connection.execute(select(t.migration.c.number).order_by(t.migration.c.number)).scalars().all()
            assert (list(numbers), count(connection)) == ([step.number for step in MIGRATIONS], 1)
        again.close()

    def test_a_database_with_tables_of_somebody_else_is_refused(self, catalog: Catalog, tmp_path: Path) -> None:
        with catalog.write() as connection:
            connection.exec_driver_sql("drop table migration")
        with pytest.raises(CatalogError) as caught:
            self.open(tmp_path)
        assert caught.value.what == "this database is no catalog of Vertebra"
        assert caught.value.why == "it has tables of the same names but no `migration`"
        assert caught.value.next == "name another database under `catalog:` in vertebra.yaml"


def _run(moment: datetime) -> dict[str, object]:
    return {
        "command": "run",
        "environment": "prod",
        "started_at": moment,
        "code_version": "0",
        "host": "h",
        "pid": 1,
    }
