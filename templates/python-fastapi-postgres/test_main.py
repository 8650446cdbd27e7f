from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from main import app, the_notes
from notes import NewNote, Note


class NotesInMemory:
    """Stands in for the database, which the tests do without."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.is_there = True

    async def newest(self) -> list[Note]:
        return self.notes[::-1]

    async def add(self, note: NewNote) -> Note:
        self.notes.append(Note(id=uuid4(), text=note.text, at=datetime.now(UTC)))
        return self.notes[-1]

    async def check(self) -> None:
        if not self.is_there:
            raise psycopg.OperationalError("connection to server at 10.0.0.1 failed")


@pytest.fixture
def notes() -> Iterator[NotesInMemory]:
    notes = NotesInMemory()
    app.dependency_overrides[the_notes] = lambda: notes
    yield notes
    app.dependency_overrides.clear()


@pytest.fixture
def client(notes: NotesInMemory) -> TestClient:
    # Without `with`, the app's lifespan is not entered: no database is asked for.
    return TestClient(app)


def test_a_note_is_kept_without_the_space_around_it(client: TestClient) -> None:
    assert client.post("/", json={"text": "  buy milk \n"}).status_code == 201
    assert [note["text"] for note in client.get("/").json()] == ["buy milk"]


@pytest.mark.parametrize("body", [{"text": " "}, {"text": "x" * 1001}, {}, {"text": 1}])
def test_what_is_no_note_is_refused(client: TestClient, notes: NotesInMemory, body: dict) -> None:
    assert client.post("/", json=body).status_code == 422
    assert notes.notes == []


def test_it_is_well_while_the_database_is(client: TestClient, notes: NotesInMemory) -> None:
    assert client.get("/healthz").json() == {"ok": True}
    notes.is_there = False
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "10.0.0.1" not in response.text
