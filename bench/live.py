"""500 open pages on one web process: what a stream costs, and how long a change takes to them."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from bench.program import Program
from bench.report import Result, at_most, percentile

STREAMS = 500
A_USER = 4
NOTES = 20
EVERY_SECONDS = 0.5
WATCHING = 10
"""Pages that fetch the incident anew when it changed, in a second round."""

SHOWN_NOTES = 5
SHOWN_EVERY_SECONDS = 4.0
SETTLE_SECONDS = 3.0

PREPARE = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import User
from accounts.services import create_api_key
from core.actor import program
from incidents.services import open_incident
actor = program("bench")
backend = "allauth.account.auth_backends.AuthenticationBackend"
keys = []
for n in range({users}):
    user = User.objects.create(email=f"page{{n}}@example.org", name=f"Page {{n}}", role="responder")
    session = SessionStore()
    session.update({{SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: backend,
                     HASH_SESSION_KEY: user.get_session_auth_hash()}})
    session.save()
    keys.append(session.session_key)
_, raw = create_api_key(user=user, name="bench", scopes=["read", "write"], actor=actor)
incident = open_incident(title="Watched by many", severity="sev4", actor=actor)
import json
print("\\n" + json.dumps([keys, raw, incident.pk]))
"""


@dataclass
class Pages:
    """The open streams and when each was told."""

    opened: int = 0
    told: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    showing: bool = False
    lost: int = 0


def run() -> Result:
    result = Result("live", f"{STREAMS} open pages on one web process")
    with Program() as program:
        code = PREPARE.format(users=STREAMS // A_USER)
        keys, raw, pk = program.told(code)
        for _ in range(20):
            _note(program, raw, pk)
            _fragment(program, keys[0], pk)
        web = psutil.Process(program.pids()["web"])
        before = _kib(web)
        pages = Pages()
        asyncio.run(_measure(result, pages, program, web, before, (keys, raw, pk)))
    result.notes.append(
        f"Told: from sending a note until its tick is at each of {STREAMS} streams. Shown: until "
        f"{WATCHING} pages have the new fragment, each asking within 250 ms as browsers do."
    )
    return result


async def _measure(
    result: Result,
    pages: Pages,
    program: Program,
    web: psutil.Process,
    before: float,
    facts: tuple[list[str], str, int],
) -> None:
    keys, raw, pk = facts
    streams = [
        asyncio.create_task(_stream(program, keys[n // A_USER], pk, pages, show=n < WATCHING))
        for n in range(STREAMS)
    ]
    while pages.opened < STREAMS:
        await asyncio.sleep(0.05)
    await asyncio.sleep(SETTLE_SECONDS)
    each = (_kib(web) - before) / STREAMS
    told = await _round(pages, pages.told, NOTES, EVERY_SECONDS, lambda: _note(program, raw, pk))
    pages.showing = True
    shown = await _round(
        pages, pages.shown, SHOWN_NOTES, SHOWN_EVERY_SECONDS, lambda: _note(program, raw, pk)
    )
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    at_most(result, "memory a stream", each, 60, "KiB")
    result.add("told p50", f"{percentile(told, 0.5) * 1000:,.1f} ms")
    at_most(result, "told p95", percentile(told, 0.95) * 1000, 500)
    result.add("shown p50", f"{percentile(shown, 0.5) * 1000:,.1f} ms")
    at_most(result, "shown p95", percentile(shown, 0.95) * 1000, 2000)
    expected = NOTES * STREAMS
    result.add("fragments", str(len(shown)), str(SHOWN_NOTES * WATCHING))
    result.add("ticks", f"{len(told):,}", f"{expected:,}", len(told) == expected)
    result.add("streams lost", str(pages.lost), "0", pages.lost == 0)


async def _round(
    pages: Pages, seen: list[float], notes: int, every: float, note: Callable[[], None]
) -> list[float]:
    """Seconds from sending each note until each page had seen it."""
    took: list[float] = []
    for _ in range(notes):
        pages.told.clear()
        pages.shown.clear()
        began = time.perf_counter()
        await asyncio.to_thread(note)
        await asyncio.sleep(max(0.0, began + every - time.perf_counter()))
        took += [at - began for at in seen]
    return took


async def _stream(program: Program, key: str, pk: int, pages: Pages, *, show: bool) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", program.port)
    writer.write(
        f"GET /live/?t=incident:{pk} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: sessionid={key}\r\n\r\n".encode()
    )
    fetches: set[asyncio.Task[None]] = set()
    while line := await reader.readline():
        if line.startswith(b": hello"):
            pages.opened += 1
        elif line.startswith(b"data: incident:"):
            pages.told.append(time.perf_counter())
            if show and pages.showing:
                fetch = asyncio.create_task(_show(program, key, pk, pages))
                fetches.add(fetch)
                fetch.add_done_callback(fetches.discard)
    pages.lost += 1


async def _show(program: Program, key: str, pk: int, pages: Pages) -> None:
    await asyncio.sleep(0.25 * (len(pages.told) % WATCHING) / WATCHING)
    if await asyncio.to_thread(_fragment, program, key, pk) == 200:
        pages.shown.append(time.perf_counter())


def _fragment(program: Program, key: str, pk: int) -> int:
    return _request(
        program, "GET", f"/incidents/INC-{pk}/?fragment=live", None,
        {"Cookie": f"sessionid={key}", "HX-Request": "true"},
    )  # fmt: skip


def _note(program: Program, raw: str, pk: int) -> None:
    body = json.dumps({"text": "The judge was swapped."}).encode()
    headers = {"Authorization": f"Bearer {raw}", "Content-Type": "application/json"}
    status = _request(program, "POST", f"/api/v1/incidents/INC-{pk}/events/", body, headers)
    if status != 201:
        raise RuntimeError(f"A note was answered {status}")


def _request(
    program: Program, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _kib(process: psutil.Process) -> float:
    return float(process.memory_full_info().uss) / 1024
