"""The same call with the same key is done once and answered alike; a key fits one call only."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts.models import Team, User
from core import clock, idempotency
from core.errors import Conflict
from core.idempotency import GIVEN_UP_AFTER, KEPT_FOR, IdempotentMixin
from core.models import IdempotentCall
from tests.cast import api_client, make_user

KEY = {"HTTP_IDEMPOTENCY_KEY": "9b2f"}
entered, leave = threading.Event(), threading.Event()


class Probe(IdempotentMixin, APIView):
    """Makes a team, and does what the body asks."""

    def get(self, request: Request) -> Response:
        return Response({"teams": Team.objects.count()})

    def post(self, request: Request) -> Response:
        made = Team.objects.create(slug=f"made-{Team.objects.count()}", name="Made")
        wish = request.data.get("wish")
        if wish == "wait":
            entered.set()
            leave.wait(timeout=10)
        if wish == "conflict":
            raise Conflict("Not now.", allowed=["later"])
        if wish == "crash":
            raise RuntimeError("a fault of ours")
        if wish == "nothing":
            return Response(status=204)
        return Response({"team": made.slug}, status=201)

    delete = post


class Other(Probe):
    pass


urlpatterns = [path("api/probe/", Probe.as_view()), path("api/other/", Other.as_view())]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def post(client: APIClient, body: dict[str, Any] | None = None, **more: Any) -> Any:
    return client.post("/api/probe/", body or {}, format="json", **more)


def test_the_same_call_again_gets_the_same_answer_and_does_nothing(teammate: User) -> None:
    client = api_client(teammate)
    first, second = post(client, {"a": 1}, **KEY), post(client, {"a": 1}, **KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["Content-Type"] == second.headers["Content-Type"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Team.objects.count() == 1


def test_an_answer_without_a_body_is_given_again(teammate: User) -> None:
    client = api_client(teammate)
    for _ in range(2):
        answer = post(client, {"wish": "nothing"}, **KEY)
        assert (answer.status_code, answer.content) == (204, b"")
    assert Team.objects.count() == 1


def test_without_a_key_every_call_is_its_own(teammate: User) -> None:
    client = api_client(teammate)
    assert post(client).json() != post(client).json()
    assert Team.objects.count() == 2


@pytest.mark.parametrize("change", ["body", "address", "method"])
def test_a_key_fits_one_call_only(teammate: User, change: str) -> None:
    client = api_client(teammate)
    post(client, {"a": 1}, **KEY)
    body = {"a": 2} if change == "body" else {"a": 1}
    address = "/api/other/" if change == "address" else "/api/probe/"
    send = client.delete if change == "method" else client.post
    answer = send(address, body, format="json", **KEY)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert Team.objects.count() == 1


def test_keys_of_two_people_have_nothing_to_do_with_each_other(teammate: User, owner: User) -> None:
    assert post(api_client(teammate), **KEY).json() != post(api_client(owner), **KEY).json()


def test_a_refusal_is_given_again_and_leaves_nothing_behind(teammate: User) -> None:
    client = api_client(teammate)
    first = post(client, {"wish": "conflict"}, **KEY)
    second = post(client, {"wish": "conflict"}, **KEY)
    assert (first.status_code, second.status_code) == (409, 409)
    assert second.json() == first.json()
    assert second.json()["allowed"] == ["later"]
    assert second.headers["Content-Type"] == "application/problem+json"
    assert Team.objects.count() == 0


def test_after_a_fault_of_ours_the_key_may_be_used_again(teammate: User) -> None:
    client = api_client(teammate)
    client.raise_request_exception = False
    for _ in range(2):
        assert post(client, {"wish": "crash"}, **KEY).status_code == 500
    assert (Team.objects.count(), IdempotentCall.objects.count()) == (0, 0)


def test_reading_takes_no_key(teammate: User) -> None:
    client = api_client(teammate)
    assert client.get("/api/probe/", **KEY).json() == {"teams": 0}
    post(client)
    assert client.get("/api/probe/", **KEY).json() == {"teams": 1}


@pytest.mark.parametrize("key", ["x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(teammate: User, key: str) -> None:
    answer = post(api_client(teammate), HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400
    assert Team.objects.count() == 0


def test_who_may_not_write_uses_up_no_key(stranger: User) -> None:
    assert post(api_client(stranger), **KEY).status_code == 403
    assert IdempotentCall.objects.count() == 0


def test_a_call_whose_process_died_gives_its_key_back(teammate: User) -> None:
    client = api_client(teammate)
    begun = IdempotentCall.objects.create(user=teammate, key="9b2f", fingerprint=b"x" * 32)
    assert post(client, **KEY).status_code == 422
    IdempotentCall.objects.filter(pk=begun.pk).update(
        created_at=clock.now() - GIVEN_UP_AFTER - timedelta(seconds=1)
    )
    assert post(client, **KEY).status_code == 201


def test_answers_are_forgotten_after_a_day(teammate: User) -> None:
    client = api_client(teammate)
    post(client, **KEY)
    assert idempotency.forget_old_calls() == 0
    long_ago = clock.now() - KEPT_FOR - timedelta(seconds=1)
    IdempotentCall.objects.update(created_at=long_ago)
    assert post(client, {"another": "call"}, **KEY).status_code == 201
    IdempotentCall.objects.update(created_at=long_ago)
    assert idempotency.forget_old_calls() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_call_at_the_same_time_is_told_to_wait() -> None:
    client = api_client(make_user("Ana", "responder"))
    entered.clear()
    leave.clear()
    answers: list[Any] = []

    def first() -> None:
        try:
            answers.append(post(client, {"wish": "wait"}, **KEY))
        finally:
            connections.close_all()

    worker = threading.Thread(target=first)
    worker.start()
    assert entered.wait(timeout=10)
    meanwhile = post(client, {"wish": "wait"}, **KEY)
    leave.set()
    worker.join(timeout=20)
    assert meanwhile.status_code == 409
    assert meanwhile.headers["Retry-After"] == "1"
    assert answers[0].status_code == 201
    again = post(client, {"wish": "wait"}, **KEY)
    assert again.content == answers[0].content
    assert Team.objects.count() == 1
    assert connection.in_atomic_block is False
