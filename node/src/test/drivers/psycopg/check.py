"""psycopg 3, unmodified, against the node of the URI in argv[1]. Prints "ok" at the end; any deviation raises."""
import sys
import uuid
from datetime import datetime, timezone
from decimal import Decimal

import psycopg
from psycopg.types.json import Jsonb

uri = sys.argv[1]
with psycopg.connect(uri, autocommit=True) as connection:
    connection.execute("DROP TABLE IF EXISTS psycopg_item")
    connection.execute(
        "CREATE TABLE psycopg_item (id bigint PRIMARY KEY, name text, price numeric, tags text[], doc jsonb,"
        " at timestamptz, token uuid DEFAULT gen_random_uuid(), made timestamptz DEFAULT now())"
    )
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    row = connection.execute(
        "INSERT INTO psycopg_item (id, name, price, tags, doc, at) VALUES (%s, %s, %s, %s, %s, %s) RETURNING id, token",
        (1, "naïve 'quoted'", Decimal("12.50"), ["a", "b"], Jsonb({"k": [1, None]}), at),
    ).fetchone()
    assert row[0] == 1 and isinstance(row[1], uuid.UUID), row
    upsert = "INSERT INTO psycopg_item (id, name) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name RETURNING name"
    assert connection.execute(upsert, (1, "second")).fetchone() == ("second",)
    assert connection.execute("SELECT name, price, tags, doc, at FROM psycopg_item").fetchall() == [
        ("second", Decimal("12.50"), ["a", "b"], {"k": [1, None]}, at)
    ]
    with connection.cursor(binary=True) as cursor:
        cursor.execute("SELECT id, at FROM psycopg_item WHERE id = %s", (1,))
        assert cursor.fetchone() == (1, at)
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO psycopg_item (id, name) VALUES (%s, %s)", [(i, str(i)) for i in range(10, 60)])
        assert cursor.rowcount == 50, cursor.rowcount
    with connection.pipeline():
        for i in range(60, 70):
            connection.execute("INSERT INTO psycopg_item (id) VALUES (%s)", (i,))
    assert connection.execute("SELECT count(*) FROM psycopg_item").fetchone() == (61,)
    try:
        connection.execute("INSERT INTO psycopg_item (id) VALUES (1)")
        raise AssertionError("a duplicate key must fail")
    except psycopg.errors.UniqueViolation as error:
        assert error.sqlstate == "23505" and error.diag.constraint_name == "psycopg_item_pkey", error
    for _ in range(8):  # From the fifth execution on psycopg prepares by itself.
        assert connection.execute("SELECT name FROM psycopg_item WHERE id = %s", (1,)).fetchone() == ("second",)
        connection.execute("UPDATE psycopg_item SET price = price + 1 WHERE id = %s", (1,))
    assert connection.execute("SELECT price FROM psycopg_item WHERE id = 1").fetchone() == (Decimal("20.50"),)
    connection.execute("SET omnisql.read_level = 'linearizable'")
    assert connection.execute("SHOW omnisql.read_level").fetchone() == ("linearizable",)
    with connection.transaction():
        connection.execute("SET TRANSACTION READ ONLY")
        with connection.cursor("by_name") as cursor:
            cursor.execute("SELECT id FROM psycopg_item ORDER BY id")
            assert len(cursor.fetchmany(7)) == 7
    connection.execute("DROP TABLE psycopg_item")
print("ok")
