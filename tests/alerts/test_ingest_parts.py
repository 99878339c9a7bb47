"""The parts of the ingest application without a server: reading bodies, the key ring."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Mapping
from typing import Any

import pytest

from alerts.ingest import body as bodies
from alerts.ingest import keys
from alerts.ingest.body import Gone, TooLarge, read_body, unpack
from alerts.ingest.keys import KeyRing, Rows
from core.secrets import key_digest


class Sender:
    """A body that comes in pieces, with a pause before each."""

    def __init__(self, *pieces: bytes, pause: float = 0.0, hang_up: bool = False) -> None:
        self.pieces = list(pieces)
        self.pause = pause
        self.hang_up = hang_up

    async def receive(self) -> Mapping[str, Any]:
        await asyncio.sleep(self.pause)
        if not self.pieces:
            if self.hang_up:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": self.pieces.pop(0), "more_body": True}


def read(sender: Sender, *, limit: int = 100, length: str | None = None) -> bytes:
    return asyncio.run(read_body(sender.receive, limit=limit, length=length))


def test_pieces_become_one_body() -> None:
    assert read(Sender(b"a", b"", b"bc")) == b"abc"


def test_a_slow_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "READ_SECONDS", 0.05)
    with pytest.raises(Gone):
        read(Sender(*[b"x"] * 100, pause=0.01))


def test_a_sender_who_hangs_up_is_gone() -> None:
    with pytest.raises(Gone):
        read(Sender(b"half", hang_up=True))


@pytest.mark.parametrize("length", ["101", "9" * 400, "9" * 5000])
def test_a_declared_length_above_the_limit_reads_nothing(length: str) -> None:
    sender = Sender(b"x")
    with pytest.raises(TooLarge):
        read(sender, length=length)
    assert sender.pieces


@pytest.mark.parametrize("length", ["", "abc", "-1", "²", "１９９", "1e3"])
def test_a_length_that_is_no_number_does_not_decide(length: str) -> None:
    assert read(Sender(b"x"), length=length) == b"x"


def test_the_pieces_count_whatever_was_declared() -> None:
    with pytest.raises(TooLarge):
        read(Sender(b"x" * 60, b"x" * 60), length="10")


def test_the_limit_holds_for_all_members_together() -> None:
    member = gzip.compress(b"x" * 60)
    assert unpack(member, "gzip", limit=100) == b"x" * 60
    with pytest.raises(TooLarge):
        unpack(member * 2, "gzip", limit=100)


class Database:
    """Answers with one key; counts how often it was asked."""

    def __init__(self) -> None:
        self.key = "first"
        self.looks = 0
        self.error: Exception | None = None
        self.seconds = 0.0

    async def load(self) -> Rows:
        self.looks += 1
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        return [(key_digest(self.key), 1, 7, True, "")]


def test_a_known_key_asks_the_database_once_for_thousands_of_requests() -> None:
    async def scenario() -> int:
        database = Database()
        ring = KeyRing(database.load)
        holders = await asyncio.gather(*(ring.find("first") for _ in range(2_000)))
        assert {holder.source_id for holder in holders if holder} == {7}
        return database.looks

    assert asyncio.run(scenario()) == 1


def test_guesses_that_come_together_cost_one_look_a_gap() -> None:
    async def scenario() -> int:
        database = Database()
        ring = KeyRing(database.load)
        await ring.find("first")
        found = await asyncio.gather(*(ring.find(f"guess {n}") for n in range(500)))
        assert not any(found)
        return database.looks

    assert asyncio.run(scenario()) == 2


def test_a_known_key_does_not_wait_while_the_ring_looks_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        database = Database()
        ring = KeyRing(database.load)
        await ring.find("first")
        database.seconds = 30.0
        monkeypatch.setattr(keys, "REFRESH_SECONDS", 0.0)
        began = time.monotonic()
        assert await ring.find("first")
        await asyncio.sleep(0.3)
        assert await ring.find("first")
        assert database.looks == 2
        assert time.monotonic() - began < 5

    asyncio.run(scenario())


def test_a_revoked_key_is_forgotten_when_what_is_known_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        database = Database()
        ring = KeyRing(database.load)
        assert await ring.find("first")
        database.key = "second"
        monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
        assert await ring.find("first") is None

    asyncio.run(scenario())


def test_one_failed_look_answers_everybody_who_asks_just_then() -> None:
    async def scenario() -> int:
        database = Database()
        database.error = OSError("away")
        ring = KeyRing(database.load)
        results = await asyncio.gather(
            *(ring.find("first") for _ in range(200)), return_exceptions=True
        )
        assert all(isinstance(result, OSError) for result in results)
        with pytest.raises(OSError, match="away"):
            await ring.find("first")
        return database.looks

    assert asyncio.run(scenario()) == 1


def test_the_ring_recovers_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        database = Database()
        database.error = OSError("away")
        ring = KeyRing(database.load)
        with pytest.raises(OSError, match="away"):
            await ring.find("first")
        database.error = None
        monkeypatch.setattr(keys, "FAILED_SECONDS", 0.0)
        assert await ring.find("first")

    asyncio.run(scenario())


def test_used_keys_are_told_once() -> None:
    async def scenario() -> None:
        ring = KeyRing(Database().load)
        await ring.find("first")
        await ring.find("first")
        assert ring.take_used() == [1]
        assert ring.take_used() == []

    asyncio.run(scenario())
