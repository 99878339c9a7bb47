"""Ticks leave through one thread, and Redis that is away costs nobody a moment."""

from __future__ import annotations

import time
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings

from core import hints
from core.hints import Sender
from core.live import _Publisher, channel, tick
from core.unchanged import tag_of


def test_a_tick_is_published_on_the_channel_of_this_database() -> None:
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    with client.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(channel())
        heard.get_message(timeout=2.0)
        _Publisher().send("incident:42")
        message = heard.get_message(timeout=2.0)
    assert message is not None
    assert message["data"] == b"incident:42"
    client.close()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("redis://127.0.0.1:6379/3", "aire:live:3"),
        ("redis://127.0.0.1:6379", "aire:live:0"),
        ("unix:///run/redis.sock?db=1", "aire:live:1"),
    ],
)
def test_two_databases_of_one_redis_do_not_hear_each_other(
    settings: Any, url: str, name: str
) -> None:
    settings.REDIS_URL = url
    assert channel() == name


@pytest.mark.django_db(transaction=True)
def test_without_redis_ticking_takes_no_time(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AIRE_HINTS = True
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr("core.live._sender", Sender(_Publisher().send))
    began = time.monotonic()
    for number in range(200):
        tick(f"incident:{number}")
    assert time.monotonic() - began < 0.5


def test_topics_of_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "MAX_REMEMBERED", 10)
    sent: list[str] = []
    sender = Sender(sent.append, gap=0.0)
    for number in range(100):
        sender.add(f"incident:{number}")
        deadline = time.monotonic() + 5
        while len(sent) <= number and time.monotonic() < deadline:
            time.sleep(0.001)
    assert len(sent) == 100
    assert len(sender._sent_at) <= 11


def test_a_tag_tells_facts_apart_and_fits_a_header() -> None:
    assert tag_of([1, "a"]) == tag_of([1, "a"])
    assert tag_of([1, "a"]) != tag_of([1, "b"])
    assert tag_of('\udcff\n"').isalnum()
