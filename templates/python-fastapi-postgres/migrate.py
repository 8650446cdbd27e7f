"""The release step: brings the schema to what this version needs, before it is started. Each migration runs once, all of
them or none."""

import os
from pathlib import Path

import psycopg

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number, as long as nobody else takes a lock of it: two migrations at once wait for each other.
LOCK = 6_274


def main() -> None:
    step = "the table of migrations"
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10) as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            connection.execute(
                "create table if not exists migrations (name text primary key, at timestamptz not null default now())"
            )
            done = {name for (name,) in connection.execute("select name from migrations")}
            for file in sorted(MIGRATIONS.glob("*.sql")):
                if file.name in done:
                    continue
                step = file.name
                connection.execute(file.read_bytes())
                connection.execute("insert into migrations (name) values (%s)", [file.name])
                print(f"migrated: {file.name}")
    except psycopg.Error as error:
        raise SystemExit(f"{step}: {error}") from None


if __name__ == "__main__":
    main()
