"""What can be done with notes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel, StringConstraints

from database import until_there


class NewNote(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Note(BaseModel):
    id: UUID
    text: str
    at: datetime


class Notes:
    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def newest(self) -> list[Note]:
        return await self._ask("select id, text, at from notes order by at desc limit 20")

    async def add(self, new: NewNote) -> Note:
        """The note has its id before it is written: to write it again, when nobody knows whether it was, makes no second
        one."""
        statement = """
            insert into notes (id, text) values (%s, %s)
            on conflict (id) do update set text = excluded.text returning id, text, at
        """
        [note] = await self._ask(statement, uuid4(), new.text)
        return note

    async def check(self) -> None:
        """Raises psycopg.OperationalError when the database does not answer."""
        async with self._pool.connection(timeout=2) as connection:
            await connection.execute("select 1")

    async def _ask(self, statement: str, *parameters: object) -> list[Note]:
        async def attempt() -> list[Note]:
            async with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Note)) as cursor:
                await cursor.execute(statement, parameters)
                return await cursor.fetchall()

        return await until_there(attempt)
