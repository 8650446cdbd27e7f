"""How the database is reached. DATABASE_URL comes with it; nothing is written down here."""

import os

from psycopg_pool import AsyncConnectionPool


def open_pool() -> AsyncConnectionPool:
    """Opened by `async with`. The app starts without the database too, and says so by its health check. A connection that
    was lost in the meantime is replaced before it is handed out; waiting for one raises PoolTimeout, a psycopg error."""
    return AsyncConnectionPool(
        os.environ["DATABASE_URL"],
        min_size=1,
        max_size=10,
        timeout=5,
        check=AsyncConnectionPool.check_connection,
        open=False,
    )
