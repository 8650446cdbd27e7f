import asyncio

import psycopg
import pytest

from database import until_there


def away(times: int):
    """What fails so often before it works, and how often it was tried."""
    tried = []

    async def attempt() -> int:
        tried.append(1)
        if len(tried) <= times:
            raise psycopg.errors.AdminShutdown("terminating connection")
        return len(tried)

    return attempt


def test_what_a_restart_of_the_database_interrupts_is_done_again() -> None:
    assert asyncio.run(until_there(away(2))) == 3


def test_who_waits_too_long_is_told() -> None:
    with pytest.raises(psycopg.OperationalError):
        asyncio.run(until_there(away(1000), patience_seconds=0.2))
