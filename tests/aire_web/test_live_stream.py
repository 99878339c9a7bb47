"""`/live/` as a browser meets it: who is let in, what is told, and what is never told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from aire_web.live import gate
from aire_web.live.app import Live
from aire_web.live.gate import Ticket, admit, still_allowed
from aire_web.live.hub import Hub
from core.live import channel, tick, tick_only
from incidents import services
from tests.cast import actor_of, sign_in
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 10.0


def cookie_of(client: Client) -> str:
    return (
        f"a=b; {settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    )


async def elsewhere(do: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """In a thread whose connection is closed afterwards, as a request's is."""

    def call() -> None:
        try:
            do(*args, **kwargs)
        finally:
            connection.close()

    await asyncio.to_thread(call)


class Browser:
    """One request to `/live/` whose answer is read while it streams."""

    def __init__(self, live: Live, cookie: str, query: str, method: str = "GET") -> None:
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.said = ""
        self.over = False
        self._left = asyncio.Event()
        scope = {
            "type": "http", "method": method, "path": "/live/", "query_string": query.encode(),
            "headers": [(b"cookie", cookie.encode())] if cookie else [],
        }  # fmt: skip
        self.task = asyncio.create_task(live(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.said += message["body"].decode()
            self.over = not message.get("more_body", False)

    async def until(self, fact: Callable[[], object]) -> None:
        async with asyncio.timeout(SECONDS):
            while not fact():
                await asyncio.sleep(0.01)

    async def ticks(self, *topics: str) -> None:
        """Waits until exactly these were told, each once."""
        wanted = "".join(f"event: tick\ndata: {topic}\n\n" for topic in topics)
        await self.until(lambda: wanted in self.said)
        assert self.said.replace(": hello\n\n", "").replace(wanted, "", 1) == ""

    def leave(self) -> None:
        self._left.set()


@pytest.fixture(autouse=True)
def _ticks_are_sent(settings: Any) -> None:
    settings.AIRE_HINTS = True


def with_live(do: Callable[[Live], Awaitable[None]], *, ping: float = 15.0) -> None:
    async def run() -> None:
        hub = Hub(
            url=settings.REDIS_URL,
            channel=channel(),
            recheck=lambda tickets: asyncio.to_thread(gate.still_allowed, tickets),
            ping=ping,
        )
        try:
            await do(Live(hub))
        finally:
            await hub.close()

    asyncio.run(run())


def test_a_note_ticks_the_page_of_its_incident_and_nothing_of_it_is_said(
    teammate: User,
) -> None:
    incident = make_incident()
    cookie = cookie_of(sign_in(teammate))

    async def do(live: Live) -> None:
        browser = Browser(live, cookie, f"t=incident:{incident.pk}")
        await browser.until(lambda: "hello" in browser.said)
        assert browser.status == 200
        assert browser.headers[b"content-type"].startswith(b"text/event-stream")
        assert browser.headers[b"x-accel-buffering"] == b"no"
        await elsewhere(
            services.add_note, incident_id=incident.pk, text="Secret", actor=actor_of(teammate)
        )
        await browser.ticks(f"incident:{incident.pk}")
        browser.leave()
        await browser.until(browser.task.done)

    with_live(do)


def test_a_private_incident_ticks_its_people_and_nobody_else(
    owner: User, teammate: User, stranger: User
) -> None:
    incident = make_incident(private=True, by=teammate)
    hers, his = cookie_of(sign_in(teammate)), cookie_of(sign_in(stranger))
    topics = f"t=incidents&t=incident:{incident.pk}&t=alerts"

    async def do(live: Live) -> None:
        member, other = Browser(live, hers, topics), Browser(live, his, topics)
        await member.until(lambda: "hello" in member.said and "hello" in other.said)
        await elsewhere(move, incident, "acknowledged", teammate)
        await member.until(lambda: f"incident:{incident.pk}" in member.said)
        await member.until(lambda: "data: incidents\n" in member.said)
        await elsewhere(tick, "alerts")
        await other.ticks("alerts")

    with_live(do)


def test_nobody_hears_what_another_person_is_told(teammate: User, stranger: User) -> None:
    query = f"t=me:{teammate.pk}&t=me:{stranger.pk}"
    admitted = admit(cookie_of(sign_in(stranger)), frozenset(query.replace("t=", "").split("&")))
    assert admitted is not None
    assert admitted.topics == {f"me:{stranger.pk}"}


@pytest.mark.parametrize(
    "cookie", ["", "sessionid=unknown", "sessionid=", "\x00;;=", "sessionid=" + "a" * 9000]
)
def test_without_a_session_nobody_is_let_in(cookie: str) -> None:
    async def do(live: Live) -> None:
        browser = Browser(live, cookie, "t=alerts")
        await browser.until(browser.task.done)
        assert (browser.status, browser.said) == (401, "")

    with_live(do)


def test_only_get_streams(teammate: User) -> None:
    cookie = cookie_of(sign_in(teammate))

    async def do(live: Live) -> None:
        browser = Browser(live, cookie, "t=alerts", "POST")
        await browser.until(browser.task.done)
        assert browser.status == 405

    with_live(do)


def test_the_stream_ends_when_the_session_does(teammate: User) -> None:
    cookie = cookie_of(sign_in(teammate))

    async def do(live: Live) -> None:
        browser = Browser(live, cookie, "t=alerts")
        await browser.until(lambda: "event: ping" in browser.said)
        await elsewhere(Session.objects.all().delete)
        await browser.until(lambda: browser.over)

    with_live(do, ping=0.05)


def test_a_browser_that_leaves_is_forgotten(teammate: User) -> None:
    cookie = cookie_of(sign_in(teammate))

    async def do(live: Live) -> None:
        browser = Browser(live, cookie, "t=alerts")
        await browser.until(lambda: len(live.hub) == 1)
        browser.leave()
        await browser.until(browser.task.done)
        assert len(live.hub) == 0

    with_live(do)


def test_stopping_lets_every_stream_go_and_no_new_one_in(teammate: User) -> None:
    cookie = cookie_of(sign_in(teammate))

    async def do(live: Live) -> None:
        browser = Browser(live, cookie, "t=alerts")
        await browser.until(lambda: "hello" in browser.said)
        live.hub.end_soon()
        await browser.until(lambda: browser.over and browser.task.done())
        late = Browser(live, cookie, "t=alerts")
        await late.until(late.task.done)
        assert late.status == 503
        assert late.headers[b"retry-after"] == b"10"

    with_live(do)


class TestTickets:
    def test_a_changed_password_a_deactivated_account_and_an_old_session_end_it(
        self, owner: User, teammate: User, stranger: User
    ) -> None:
        cookies = [cookie_of(sign_in(user)) for user in (owner, teammate, stranger)]
        tickets = [admit(cookie, frozenset({"alerts"})) for cookie in cookies]
        assert all(tickets)
        owner.set_password("another-long-passphrase-9")
        owner.save()
        User.objects.filter(pk=teammate.pk).update(is_active=False)
        asked = [ticket for ticket in tickets if ticket]
        assert set(still_allowed(asked)) == {asked[2]}
        Session.objects.update(expire_date=timezone.now())
        assert still_allowed(asked) == {}
        assert admit(cookies[2], frozenset({"alerts"})) is None

    def test_an_incident_that_became_private_is_no_longer_heard(
        self, teammate: User, stranger: User
    ) -> None:
        incident = make_incident(by=teammate)
        topics = frozenset({f"incident:{incident.pk}", "alerts"})
        hers = admit(cookie_of(sign_in(teammate)), topics)
        his = admit(cookie_of(sign_in(stranger)), topics)
        assert hers
        assert his
        assert (hers.topics, his.topics) == (topics, topics)
        services.set_private(incident_id=incident.pk, private=True, actor=actor_of(teammate))
        assert still_allowed([hers, his]) == {hers: topics, his: frozenset({"alerts"})}

    def test_checking_many_streams_takes_as_many_queries_as_checking_one(
        self, teammate: User, stranger: User, django_assert_num_queries: Any
    ) -> None:
        incident = make_incident()
        topics = frozenset({f"incident:{incident.pk}"})
        tickets: list[Ticket] = []
        for user in (teammate, stranger) * 5:
            ticket = admit(cookie_of(sign_in(user)), topics)
            assert ticket
            tickets.append(ticket)
        with django_assert_num_queries(3):
            assert len(still_allowed(tickets)) == 10


def test_a_tick_of_a_transaction_that_is_undone_is_never_sent(
    teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr("core.live._sender.add", sent.append)
    with transaction.atomic():
        tick("alerts")
        transaction.set_rollback(True)
    with transaction.atomic():
        tick("incidents", "alerts")
        tick_only("incidents", [3, 4])
        assert sent == []
    assert sent == ["incidents", "alerts", "incidents@3", "incidents@4"]
