"""Takes what Slack sent, whatever it came over, and says at once what Slack waits for.

A request is kept as a row and then acknowledged. Where that takes longer than `KEEP_SECONDS`
(the database is slow or away): an event is refused, since Slack sends it again (at once, after one
and after five minutes); everything else, which comes once only, is acknowledged with a sentence and
held in memory until it can be kept, and after a minute in vain its asker is told that nothing was
done. So no answer takes longer than three seconds, and nothing is lost without a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

from core.ids import new_id
from core.logs import get_logger
from integrations.slack.front import background
from integrations.slack.front.keeper import Keeper, NotKept, Row
from integrations.slack.inbox.chance import Chance
from integrations.slack.inbox.envelope import CHALLENGE, NOTHING, SUGGESTION, Envelope
from integrations.slack.inbox.places import form_opened, title_of_modal
from integrations.slack.inbox.suggesting import NO_OPTIONS, suggested
from integrations.slack.inbox.validating import errors_at_once
from integrations.slack.inbox.working import work_leased
from integrations.slack.render.views import loading

log = get_logger(__name__)
KEEP_SECONDS = 0.35
"""How long an answer waits for the commit: enough for a database that works."""

THINK_SECONDS = 0.4
"""How long an answer waits for what a form's submission or a search for choices comes to."""

HELD = (
    "AIRE's database is slow right now. This is held and done as soon as it answers; "
    "you will be told here."
)
LOST = "AIRE's database did not answer for a minute. Nothing was done: please try again."
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer to Slack: a `status` of HTTP, and what goes back with it. From 500 on Slack has to
    send it again (over Socket Mode: there is no acknowledgement)."""

    status: int = 200
    body: dict[str, Any] | None = None


class Desk:
    """One a process, on one event loop."""

    def __init__(self) -> None:
        self.keeper = Keeper()
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="slack-desk")
        self._following: set[asyncio.Task[None]] = set()

    async def take(self, envelope: Envelope) -> Ack:
        if envelope.kind == CHALLENGE:
            return Ack(body=envelope.payload)
        if envelope.kind == NOTHING:
            return Ack()
        if envelope.kind == SUGGESTION:
            options = await self._thought(lambda: suggested(envelope), THINK_SECONDS, drop=True)
            return Ack(body=options or NO_OPTIONS)
        return await self._keep(envelope)

    async def close(self) -> None:
        await self.keeper.close()
        await asyncio.gather(*self._following, return_exceptions=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _keep(self, envelope: Envelope) -> Ack:
        if envelope.kind == "submission" and (wrong := errors_at_once(envelope)):
            return Ack(body=wrong)
        row = Row(new_id(), envelope, token=new_id() if envelope.kind == "submission" else None)
        if title := form_opened(envelope.kind, envelope.payload):
            background.open_place(envelope, row.id, title)
        kept = self.keeper.keep(row)
        # Not cancelled when it takes longer: it goes on being held.
        await asyncio.wait({kept}, timeout=KEEP_SECONDS)
        if not kept.done():
            return self._held(row, kept)
        if kept.exception():
            return _refused(envelope)
        if kept.result() and row.token:
            return await self._submitted(row)
        return Ack()

    async def _submitted(self, row: Row) -> Ack:
        """What a form comes to belongs into the answer, if there is time for it: only so its errors
        stand beside its fields. If there is none, the form says so until there is."""
        chance = Chance()
        await self._work(row, chance)
        answer = chance.close()
        return Ack(body=answer) if answer is not None else Ack(body=_working(row.envelope))

    async def _work(self, row: Row, chance: Chance) -> None:
        token = row.token
        assert token is not None
        await self._thought(lambda: work_leased(row.id, token, chance), THINK_SECONDS)

    def _held(self, row: Row, kept: asyncio.Future[bool]) -> Ack:
        envelope = row.envelope
        task = asyncio.create_task(self._follow(row, kept))
        self._following.add(task)
        task.add_done_callback(self._following.discard)
        if envelope.kind == "event":
            return Ack(503)
        if envelope.kind == "command":
            return Ack(body={"response_type": "ephemeral", "text": HELD})
        if envelope.kind == "submission":
            return Ack(body=_working(envelope, HELD))
        background.tell(envelope, HELD)
        return Ack()

    async def _follow(self, row: Row, kept: asyncio.Future[bool]) -> None:
        """What becomes of a request that was acknowledged before it could be kept."""
        try:
            new = await kept
        except NotKept:
            log.error("slack_request_lost", kind=row.envelope.kind)
            if row.envelope.kind != "event":
                background.tell(row.envelope, LOST)
            return
        if new and row.token:
            # It is leased to us: nobody else would do it for a while.
            late = Chance()
            late.close()
            await self._work(row, late)

    async def _thought(
        self, function: Callable[[], T], seconds: float, *, drop: bool = False
    ) -> T | None:
        """What it answers, in a thread; None when that takes longer or fails. With `drop` it is
        not even begun any more when nobody waits for it."""
        running = asyncio.get_running_loop().run_in_executor(self._pool, _let_go_after, function)
        await asyncio.wait({running}, timeout=seconds)
        if not running.done():
            running.add_done_callback(_log_failure)
            if drop:
                running.cancel()
            return None
        _log_failure(running)
        return None if running.exception() else running.result()


def _refused(envelope: Envelope) -> Ack:
    if envelope.kind == "event":
        return Ack(503)
    if envelope.kind == "command":
        return Ack(body={"response_type": "ephemeral", "text": LOST})
    background.tell(envelope, LOST)
    return Ack(body=_working(envelope, LOST)) if envelope.kind == "submission" else Ack()


def _working(envelope: Envelope, text: str = "Working on it…") -> dict[str, Any]:
    title = title_of_modal(envelope.payload)
    return {"response_action": "update", "view": loading(title, text=text)}


def _let_go_after(function: Callable[[], T]) -> T:
    try:
        return function()
    finally:
        connection.close()


def _log_failure(running: asyncio.Future[Any]) -> None:
    if not running.cancelled() and (error := running.exception()):
        log.warning("slack_desk_failed", error=type(error).__name__, detail=str(error)[:200])
