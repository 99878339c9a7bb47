"""The ingest addresses under a real web process: who may send, how, and what is kept."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from alerts.models import Receipt, Source
from alerts.services import revoke_source_key, rotate_source_key, save_source
from core.actor import program
from core.secrets import key_digest, new_key
from tests.alerts.ingest_server import (
    WebProcess,
    database_url,
    made_source,
    send,
    send_chunked,
    web_process,
)
from tests.integrations.captured import body

pytestmark = pytest.mark.django_db(transaction=True)
FIRING = body("alertmanager", "webhook-single-firing")


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: object) -> Iterator[WebProcess]:
    with web_process(database_url()) as process:
        yield process


@pytest.fixture
def prod() -> tuple[Source, str]:
    return made_source()


def test_an_accepted_post_is_stored_byte_for_byte_before_it_is_answered(
    web: WebProcess, prod: tuple[Source, str]
) -> None:
    source, key = prod
    reply = send(web.port, "POST", f"/in/{key}/alertmanager/", FIRING)
    row = Receipt.objects.get()
    assert reply.status == 202
    assert reply.json == {"receipt": str(row.pk)}
    assert bytes(row.body) == FIRING
    assert (row.source_id, row.format, row.state) == (source.pk, "alertmanager", "new")


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_last_slash_makes_no_difference_and_nothing_redirects(
    web: WebProcess, prod: tuple[Source, str], slash: str
) -> None:
    assert send(web.port, "POST", f"/in/{prod[1]}/alertmanager{slash}", FIRING).status == 202


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_key_may_be_a_bearer_token(
    web: WebProcess, prod: tuple[Source, str], slash: str
) -> None:
    headers = {"Authorization": f"Bearer {prod[1]}"}
    assert send(web.port, "POST", f"/in/alertmanager{slash}", FIRING, headers).status == 202


@pytest.mark.parametrize(
    "key",
    ["aire_wrong", "%00", "%2e%2e", "k" * 200, "%F0%9F%94%91", "aire_%ff", "%0a", "a%20"],
)
def test_a_wrong_key_is_refused_and_leaves_nothing(web: WebProcess, db: None, key: str) -> None:
    reply = send(web.port, "POST", f"/in/{key}/alertmanager/", FIRING)
    assert reply.status == 401
    assert "location" not in reply.headers
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Bearer  ", "Basic eDp5", "Bearer x y"])
def test_an_empty_or_strange_bearer_is_refused(web: WebProcess, value: str) -> None:
    headers = {"Authorization": value}
    assert send(web.port, "POST", "/in/alertmanager/", FIRING, headers).status == 401


def test_a_key_with_text_around_it_is_another_key(
    web: WebProcess, prod: tuple[Source, str]
) -> None:
    for key in (f"{prod[1]}%20", f"%20{prod[1]}", prod[1].upper(), prod[1][:-1], f"{prod[1]}x"):
        assert send(web.port, "POST", f"/in/{key}/alertmanager/", FIRING).status == 401


@pytest.mark.parametrize(
    "path",
    ["/in/", "/in/a/b/c/", "/in/key/UPPER/", "/in//alertmanager/", f"/in/{'k' * 201}/alertmanager/",
     "/in/key/a%2fb/", "/in/key/alertmanager%0a"],
)  # fmt: skip
def test_an_unknown_ingest_address_is_not_found(web: WebProcess, path: str) -> None:
    reply = send(web.port, "POST", path, FIRING)
    assert reply.status == 404
    assert "location" not in reply.headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_other_methods_are_told_what_is_allowed(web: WebProcess, method: str, slash: str) -> None:
    reply = send(web.port, method, f"/in/some-key/alertmanager{slash}")
    assert reply.status == 405
    assert reply.headers["allow"] == "POST"


def test_grafana_may_put_as_well(web: WebProcess) -> None:
    _, key = made_source("charts", "grafana")
    payload = body("grafana", "firing")
    assert send(web.port, "PUT", f"/in/{key}/grafana/", payload).status == 202
    refused = send(web.port, "GET", f"/in/{key}/grafana/")
    assert (refused.status, refused.headers["allow"]) == (405, "POST, PUT")


def test_an_empty_body_is_kept_like_any_other(web: WebProcess, prod: tuple[Source, str]) -> None:
    assert send(web.port, "POST", f"/in/{prod[1]}/alertmanager/").status == 202
    assert bytes(Receipt.objects.get().body) == b""


def test_a_chunked_body_arrives_whole(web: WebProcess, prod: tuple[Source, str]) -> None:
    chunks = [FIRING[:1], FIRING[1:700], FIRING[700:]]
    assert send_chunked(web.port, f"/in/{prod[1]}/alertmanager/", chunks).status == 202
    assert bytes(Receipt.objects.get().body) == FIRING


def test_headers_are_kept_without_secrets(web: WebProcess, prod: tuple[Source, str]) -> None:
    headers = {
        "Content-Type": "application/json; charset=nonsense",
        "X-Delivery": "7",
        "X-Api-Key": "secret",
        "X-Auth-Token": "secret",
        "Cookie": "secret",
        "Authorization": "Bearer secret",
        "X-Nul": "caf\xe9",
    }
    send(web.port, "POST", f"/in/{prod[1]}/alertmanager/", FIRING, headers)
    kept = Receipt.objects.get().headers
    assert kept["content-type"] == "application/json; charset=nonsense"
    assert kept["x-delivery"] == "7"
    assert "secret" not in json.dumps(kept)


def test_both_live_keys_work_and_a_revoked_one_is_refused_within_three_seconds(
    web: WebProcess, prod: tuple[Source, str]
) -> None:
    source, first = prod
    second = rotate_source_key(source=source, actor=program())
    assert _post(web, first) == 202
    assert _post(web, second) == 202
    old = source.keys.get(digest=key_digest(first))
    revoke_source_key(source=source, key_id=old.pk, actor=program())
    # The sender keeps posting: what is remembered of the key must not be kept alive by that.
    assert _await_status(web, first, 401, seconds=3.0)
    assert _post(web, second) == 202


def test_a_key_works_as_soon_as_it_is_made(web: WebProcess, prod: tuple[Source, str]) -> None:
    for _ in range(5):
        assert _post(web, "aire_guess") == 401
        key = new_key()
        save_source(slug=f"s-{key[-8:].lower().replace('_', 'x').replace('-', 'x')}", name="New",
                    format="alertmanager", actor=program(), raw_key=key.ljust(40, "x"))  # fmt: skip
        assert _post(web, key.ljust(40, "x")) == 202


def test_a_disabled_source_is_refused(web: WebProcess, prod: tuple[Source, str]) -> None:
    source, key = prod
    assert _post(web, key) == 202
    Source.objects.filter(pk=source.pk).update(enabled=False)
    assert _await_status(web, key, 401, seconds=3.0)
    Source.objects.filter(pk=source.pk).update(enabled=True)
    assert _await_status(web, key, 202, seconds=3.0)


def test_rows_of_a_source_deleted_meanwhile_are_refused_and_hurt_nobody(
    web: WebProcess, prod: tuple[Source, str]
) -> None:
    other, key = made_source("other")
    assert _post(web, key) == 202
    Receipt.objects.all().delete()
    Source.objects.filter(pk=other.pk).delete()
    # The web process still knows the key for a moment; the row has nowhere to go.
    assert _post(web, key) == 401
    assert _post(web, prod[1]) == 202
    assert Receipt.objects.count() == 1


def test_the_use_of_a_key_is_noted(web: WebProcess, prod: tuple[Source, str]) -> None:
    source, key = prod
    deadline = time.monotonic() + 25
    while time.monotonic() < deadline:
        _post(web, key)
        if source.keys.exclude(last_used_at=None).exists():
            return
        time.sleep(0.2)
    raise AssertionError("last_used_at was never set")


def test_an_answer_means_that_another_connection_sees_the_row(
    web: WebProcess, prod: tuple[Source, str]
) -> None:
    for _ in range(50):
        reply = send(web.port, "POST", f"/in/{prod[1]}/alertmanager/", FIRING)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM alerts_receipt WHERE id = %s", [reply.json["receipt"]])
            assert cursor.fetchone()


def _post(web: WebProcess, key: str) -> int:
    return send(web.port, "POST", f"/in/{key}/alertmanager/", FIRING).status


def _await_status(web: WebProcess, key: str, wanted: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _post(web, key) == wanted:
            return True
        time.sleep(0.05)
    return False
