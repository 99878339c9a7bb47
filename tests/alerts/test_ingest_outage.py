"""What senders are told while the database is away, and that a kill loses nothing accepted."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.db import connection

from alerts.models import Receipt
from tests.alerts.ingest_server import (
    DatabaseDoor,
    Reply,
    WebProcess,
    database_url,
    made_source,
    send,
    web_process,
)
from tests.integrations.captured import body

pytestmark = pytest.mark.django_db(transaction=True)
FIRING = body("alertmanager", "webhook-single-firing")


@pytest.fixture(scope="module")
def door(django_db_setup: None, django_db_blocker: object) -> Iterator[DatabaseDoor]:
    folder = Path(tempfile.mkdtemp(prefix="aire-door-"))
    url = urlsplit(os.environ["DATABASE_URL"])
    host = (parse_qs(url.query).get("host") or [""])[0]
    port = (parse_qs(url.query).get("port") or [str(url.port or 5432)])[0]
    if not host.startswith("/"):
        pytest.fail("This test needs a database that is reached through a socket file.")
    yield DatabaseDoor(folder, Path(host) / f".s.PGSQL.{port}")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def web(door: DatabaseDoor) -> Iterator[WebProcess]:
    url = urlsplit(database_url())
    host = parse_qs(url.query)["host"][0]
    query = url.query.replace(quote(host, safe=""), quote(str(door.folder), safe=""))
    query = query.replace(host, str(door.folder))
    with web_process(url._replace(query=query).geturl()) as process:
        yield process


def post(web: WebProcess, key: str) -> Reply:
    return send(web.port, "POST", f"/in/{key}/alertmanager/", FIRING)


def enqueue(web: WebProcess, key: str) -> Reply:
    payload = {"summary": "s", "source": "x", "severity": "critical"}
    event = {"routing_key": key, "event_action": "trigger", "payload": payload}
    return send(web.port, "POST", "/v2/enqueue", json.dumps(event).encode())


def test_without_a_database_senders_are_told_to_come_back_and_all_works_again_afterwards(
    web: WebProcess, door: DatabaseDoor
) -> None:
    _, key = made_source()
    assert post(web, key).status == 202
    door.shut()
    began = time.monotonic()
    for _ in range(3):
        away = post(web, key)
        assert away.status == 503
        assert int(away.headers["retry-after"]) > 0
        assert "location" not in away.headers
        throttled = enqueue(web, key)
        assert throttled.status == 429
        assert int(throttled.headers["retry-after"]) > 0
    assert time.monotonic() - began < 10
    stored = Receipt.objects.count()
    door.open()
    deadline = time.monotonic() + 5
    while (status := post(web, key).status) != 202:
        assert status == 503
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert Receipt.objects.count() == stored + 1


def test_a_connection_that_was_cut_is_replaced_without_a_refusal(web: WebProcess) -> None:
    _, key = made_source()
    assert post(web, key).status == 202
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    time.sleep(0.1)
    assert post(web, key).status == 202
    assert Receipt.objects.count() == 2


def test_many_posts_while_the_database_is_away_are_all_answered_soon(
    web: WebProcess, door: DatabaseDoor
) -> None:
    _, key = made_source()
    assert post(web, key).status == 202
    door.shut()
    try:
        began = time.monotonic()
        with ThreadPoolExecutor(32) as pool:
            statuses = set(pool.map(lambda _: post(web, key).status, range(64)))
        assert statuses == {503}
        assert time.monotonic() - began < 10
    finally:
        door.open()


def test_everything_accepted_before_a_kill_is_there() -> None:
    _, key = made_source()
    accepted: list[str] = []

    def post_until_dead(web: WebProcess) -> None:
        while True:
            try:
                reply = post(web, key)
            except OSError:
                return
            assert reply.status == 202
            accepted.append(reply.json["receipt"])

    with web_process(database_url()) as web, ThreadPoolExecutor(24) as pool:
        posting = [pool.submit(post_until_dead, web) for _ in range(24)]
        deadline = time.monotonic() + 30
        while len(accepted) < 200 and time.monotonic() < deadline:
            time.sleep(0.002)
        web.kill()
        for future in posting:
            future.result(timeout=30)
    assert len(accepted) >= 200
    assert len(set(accepted)) == len(accepted)
    assert Receipt.objects.filter(pk__in=accepted).count() == len(accepted)
