"""A web service: greets whoever asks, and says that it is well."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def hello(name: str = "world") -> dict[str, str]:
    return {"hello": name}


@app.get("/healthz")
def healthz() -> str:
    return "ok"
