"""A model service with FastAPI: `uvicorn service:app --factory --app-dir examples/fastapi`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telemetry import Telemetry

from aire_client import Aire

SYSTEM, VERSION, MODEL = "example-assistant", "7", "example-model"


def answer(question: str) -> str:
    """Stands where your model is called."""
    if not question.strip():
        raise ValueError("empty question")
    return f"You asked: {question}"


def app() -> Any:
    """Telemetry of every call; a button "this was wrong" is a report; a start is a change."""
    from fastapi import Body, FastAPI, HTTPException

    telemetry = Telemetry(
        os.environ["AIRE_URL"], os.environ["AIRE_SOURCE_KEY"], system=SYSTEM, version=VERSION
    )
    later = Aire().background()
    later.change(SYSTEM, "model", f"{MODEL} is served as {VERSION}", version=VERSION)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        telemetry.close()
        later.close()

    service = FastAPI(lifespan=life)

    def ask(question: str = Body(embed=True)) -> dict[str, str]:
        try:
            with telemetry.call(MODEL):
                return {"answer": answer(question)}
        except ValueError as error:
            raise HTTPException(422, str(error)) from error

    def wrong(text: str = Body(embed=True)) -> dict[str, bool]:
        return {"told": later.report(SYSTEM, text, version=VERSION)}

    service.add_api_route("/ask", ask, methods=["POST"])
    service.add_api_route("/wrong", wrong, methods=["POST"])
    return service
