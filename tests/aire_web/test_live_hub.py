"""The fan-out of ticks inside one web process, and what it tells when it cannot hear."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

import redis.asyncio
from django.conf import settings

from aire_web.live.gate import Ticket
from aire_web.live.hub import MAX_A_USER, Hub, Stream
from aire_web.live.topics import MAX_TOPICS, read_topics

CHANNEL = "aire:test:live"
SECONDS = 5.0


async def all_may_stay(tickets: Collection[Ticket]) -> dict[Ticket, frozenset[str]]:
    return {ticket: ticket.topics for ticket in tickets}


def make_hub(
    recheck: Callable[[Collection[Ticket]], Awaitable[dict[Ticket, frozenset[str]]]] = all_may_stay,
    *,
    url: str = settings.REDIS_URL,
    ping: float = 15.0,
) -> Hub:
    return Hub(url=url, channel=CHANNEL, recheck=recheck, ping=ping)


def make_stream(hub: Hub, user_id: int, *topics: str) -> Stream:
    stream = Stream(Ticket(f"session{user_id}", user_id, frozenset(topics)))
    hub.add(stream)
    return stream


async def publish(name: str) -> None:
    async with redis.asyncio.from_url(settings.REDIS_URL) as client:
        await client.publish(CHANNEL, name)


async def until(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not fact():
            await asyncio.sleep(0.01)


def test_a_tick_reaches_those_who_asked_for_its_topic_and_nobody_else() -> None:
    async def run() -> None:
        hub = make_hub()
        assert await hub.ready()
        asked = make_stream(hub, 1, "incident:42", "alerts")
        other = make_stream(hub, 2, "incident:43")
        await publish("incident:42")
        await until(lambda: bool(asked.pending))
        assert (asked.pending, other.pending) == ({"incident:42"}, set())
        await hub.close()

    asyncio.run(run())


def test_a_tick_for_one_user_is_told_to_that_user_alone_without_saying_so() -> None:
    hub = make_hub()
    member, stranger = make_stream(hub, 1, "incidents"), make_stream(hub, 11, "incidents")
    hub.tick("incidents@1")
    assert (member.pending, stranger.pending) == ({"incidents"}, set())


def test_ticks_that_follow_each_other_are_told_once() -> None:
    hub = make_hub()
    stream = make_stream(hub, 1, "alerts")
    for _ in range(100):
        hub.tick("alerts")
    assert stream.pending == {"alerts"}


def test_the_oldest_of_too_many_streams_of_a_user_is_closed() -> None:
    hub = make_hub()
    streams = [make_stream(hub, 1, "alerts") for _ in range(MAX_A_USER + 1)]
    assert [stream.ended for stream in streams] == ["full", *[""] * MAX_A_USER]
    assert len(hub) == MAX_A_USER
    hub.tick("alerts")
    assert not streams[0].pending


def test_a_stream_whose_session_is_over_ends_and_one_that_lost_a_topic_goes_on_without() -> None:
    async def recheck(tickets: Collection[Ticket]) -> dict[Ticket, frozenset[str]]:
        return {t: frozenset({"alerts"}) for t in tickets if t.user_id != 1}

    async def run() -> None:
        hub = make_hub(recheck, ping=0.02)
        assert await hub.ready()
        over = make_stream(hub, 1, "alerts")
        less = make_stream(hub, 2, "alerts", "incident:42")
        await until(lambda: over.ended == "over")
        hub.tick("incident:42")
        hub.tick("alerts")
        assert (less.ended, less.pending) == ("", {"alerts"})
        await hub.close()

    asyncio.run(run())


def test_a_check_that_fails_ends_no_stream() -> None:
    checks = 0

    async def recheck(tickets: Collection[Ticket]) -> dict[Ticket, frozenset[str]]:
        nonlocal checks
        checks += 1
        raise ConnectionError("the database is away")

    async def run() -> None:
        hub = make_hub(recheck, ping=0.02)
        assert await hub.ready()
        stream = make_stream(hub, 1, "alerts")
        await until(lambda: checks >= 2)
        assert stream.ended == ""
        await hub.close()

    asyncio.run(run())


def test_when_redis_cuts_the_line_streams_end_and_later_ones_hear_again() -> None:
    async def run() -> None:
        hub = make_hub()
        assert await hub.ready()
        stream = make_stream(hub, 1, "alerts")
        async with redis.asyncio.from_url(settings.REDIS_URL) as client:
            for one in await client.client_list():
                if one["sub"] == "1":
                    await client.client_kill(one["addr"])
        await until(lambda: stream.ended == "over")
        hub.remove(stream)
        assert await hub.ready()
        later = make_stream(hub, 1, "alerts")
        await publish("alerts")
        await until(lambda: later.pending == {"alerts"})
        await hub.close()

    asyncio.run(run())


def test_without_redis_there_is_no_stream() -> None:
    async def run() -> None:
        hub = make_hub(url="redis://127.0.0.1:1/0")
        assert not await hub.ready()
        await hub.close()

    asyncio.run(run())


def test_only_known_topics_are_read_and_not_endlessly_many() -> None:
    query = b"t=incident:42&t=alerts&t=incident:0&t=incident:x&t=*&t=me:7&t=incidents@1&u=alerts"
    assert read_topics(query) == {"incident:42", "alerts", "me:7"}
    many = "&".join(f"t=incident:{n}" for n in range(1, 60)).encode()
    assert len(read_topics(many)) == MAX_TOPICS
    assert read_topics(b"\xff\x00t=alerts&t=%ff") == frozenset()
