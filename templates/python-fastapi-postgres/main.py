"""A small API over PostgreSQL: GET / lists notes, POST / adds one."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import psycopg
from fastapi import Depends, FastAPI, Request, status
from fastapi.responses import JSONResponse

from database import open_pool
from notes import NewNote, Note, Notes

log = logging.getLogger("uvicorn.error")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Connections are given back when the requests under way have been answered."""
    async with open_pool() as pool:
        app.state.notes = Notes(pool)
        yield


def the_notes(request: Request) -> Notes:
    return request.app.state.notes


app = FastAPI(title="Notes", lifespan=lifespan)
TheNotes = Annotated[Notes, Depends(the_notes)]


@app.get("/")
async def newest(notes: TheNotes) -> list[Note]:
    return await notes.newest()


@app.post("/", status_code=status.HTTP_201_CREATED)
async def add(note: NewNote, notes: TheNotes) -> Note:
    return await notes.add(note)


@app.get("/healthz")
async def healthz(notes: TheNotes) -> dict[str, bool]:
    """Whether the app can do its work: it reaches the database."""
    await notes.check()
    return {"ok": True}


@app.exception_handler(psycopg.OperationalError)
async def without_database(request: Request, error: psycopg.OperationalError) -> JSONResponse:
    """What the database says goes to the log, not to whoever asks."""
    log.error("%s %s: %s", request.method, request.url.path, error)
    return JSONResponse({"error": "not now"}, status.HTTP_503_SERVICE_UNAVAILABLE)
