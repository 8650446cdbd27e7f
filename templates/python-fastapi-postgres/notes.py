"""What can be done with notes."""

from datetime import datetime
from typing import Annotated

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, StringConstraints


class NewNote(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Note(BaseModel):
    text: str
    at: datetime


class Notes:
    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def newest(self) -> list[Note]:
        async with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Note)) as cursor:
            await cursor.execute("select text, at from notes order by id desc limit 20")
            return await cursor.fetchall()

    async def add(self, note: NewNote) -> Note:
        async with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Note)) as cursor:
            await cursor.execute("insert into notes (text) values (%s) returning text, at", [note.text])
            return await anext(cursor)

    async def check(self) -> None:
        """Raises psycopg.OperationalError when the database does not answer."""
        async with self._pool.connection() as connection:
            await connection.execute("select 1")
