"""How the database is reached. DATABASE_URL comes with it; nothing is written down here."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeVar

import psycopg
from psycopg_pool import AsyncConnectionPool

Result = TypeVar("Result")

# For as long as somebody waits for an answer.
PATIENCE_SECONDS = 20


def open_pool() -> AsyncConnectionPool:
    """Opened by `async with`. The app starts without the database, too, and says so by its health check. A connection that
    was lost in the meantime is replaced before it is handed out."""
    return AsyncConnectionPool(
        os.environ["DATABASE_URL"],
        min_size=1,
        max_size=10,
        timeout=5,
        check=AsyncConnectionPool.check_connection,
        open=False,
    )


async def until_there(
    attempt: Callable[[], Awaitable[Result]], patience_seconds: float = PATIENCE_SECONDS
) -> Result:
    """Of what may be done twice: it is done again while the database is away, because it restarts or moves."""
    deadline = monotonic() + patience_seconds
    while True:
        try:
            return await attempt()
        except psycopg.OperationalError:
            if monotonic() > deadline:
                raise
        await asyncio.sleep(0.1)
