"""Keeping what was built: the rows of a database are taken once, and laid into it again for each test."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection, transaction

# Made by the migrations: there already.
NOT_OURS = {"django_migrations", "django_content_type", "auth_permission"}


class Shelf(NamedTuple):
    """The rows of one table, as its database gives them: by copy on PostgreSQL, row by row on SQLite."""

    table: str
    columns: str
    rows: bytes | list[tuple[object, ...]]


def take() -> list[Shelf]:
    """Return all rows of all tables that have some."""
    return [shelf for table in sorted(_tables()) if (shelf := _taken(table)).rows]


def lay(shelves: list[Shelf]) -> None:
    """Put rows back into empty tables, and let new rows follow them. Foreign keys are looked at when all is there."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns, rows in shelves:
            if isinstance(rows, bytes):
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                    copy.write(rows)
            else:
                marks = ", ".join("?" * len(rows[0]))
                cursor.cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', rows)
        if connection.vendor == "postgresql":
            cursor.execute(_count_on([shelf.table for shelf in shelves]))


def _tables() -> set[str]:
    return set(connection.introspection.django_table_names(only_existing=True)) - NOT_OURS


def _taken(table: str) -> Shelf:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
        columns = ", ".join(f'"{column.name}"' for column in described)
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) TO STDOUT') as copy:
                return Shelf(table, columns, b"".join(bytes(part) for part in copy))
        cursor.cursor.execute(f'SELECT {columns} FROM "{table}"')
        return Shelf(table, columns, [tuple(row) for row in cursor.cursor.fetchall()])


def _count_on(tables: list[str]) -> str:
    """SQL that makes the numbers of tables go on after those that were laid."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'id' AND is_identity = 'YES'"
        )
        numbered = {name for (name,) in cursor.fetchall()}
    return "".join(
        f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), (SELECT max(id) FROM \"{table}\"));"
        for table in tables
        if table in numbered
    )
