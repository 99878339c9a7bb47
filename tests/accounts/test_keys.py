"""API keys: shown once, kept as a digest, dead when revoked, expired or orphaned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.authentication import live_key
from accounts.models import ApiKey, AuditEntry, User
from accounts.services import create_api_key, deactivate_user, revoke_api_key, save_api_key
from core import clock
from core.errors import Invalid
from tests.cast import TESTER, actor_of, api_client

GIVEN = "g" * 16 + "-" + "h" * 15


def save(user: User, **changes: object) -> tuple[ApiKey, str | None]:
    wanted = {"slug": "ci", "user_email": user.email, "scopes": ["write"], "raw": GIVEN}
    return save_api_key(**{**wanted, "expires_at": None, "actor": TESTER, **changes})


def test_a_key_is_kept_only_as_a_digest(teammate: User) -> None:
    key, raw = create_api_key(user=teammate, name="ci", scopes=["read"], actor=TESTER)
    row = ApiKey.objects.filter(pk=key.pk).values().get()
    assert raw.startswith("aire_")
    assert raw not in str(row)
    assert raw.startswith(row["hint"])
    assert len(row["hint"]) < 12
    assert raw not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    "raw", ["x" * 31, "x" * 40 + " ", "x" * 40 + "\n", "ü" * 40, "x" * 39 + "\x00"]
)
def test_a_given_key_needs_32_visible_ascii_characters(teammate: User, raw: str) -> None:
    with pytest.raises(Invalid) as caught:
        create_api_key(user=teammate, name="ci", scopes=["read"], raw=raw, actor=TESTER)
    assert list(caught.value.errors) == ["key"]


def test_a_given_key_of_any_form_authenticates(teammate: User) -> None:
    create_api_key(user=teammate, name="ci", scopes=["read"], raw=GIVEN, actor=TESTER)
    found = live_key(GIVEN)
    assert found is not None
    assert found.user == teammate


def test_two_keys_cannot_share_a_value(teammate: User, owner: User) -> None:
    create_api_key(user=teammate, name="ci", scopes=["read"], raw=GIVEN, actor=TESTER)
    with pytest.raises(Invalid, match="Another key has this value"):
        create_api_key(user=owner, name="cd", scopes=["read"], raw=GIVEN, actor=TESTER)


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "root"]])
def test_scopes_are_a_closed_set(teammate: User, scopes: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        create_api_key(user=teammate, name="ci", scopes=scopes, actor=TESTER)
    assert list(caught.value.errors) == ["scopes"]


def test_a_key_cannot_be_made_to_expire_in_the_past(teammate: User) -> None:
    past = clock.now() - timedelta(seconds=1)
    with pytest.raises(Invalid) as caught:
        create_api_key(user=teammate, name="x", scopes=["read"], expires_at=past, actor=TESTER)
    assert list(caught.value.errors) == ["expires_at"]


def test_a_revoked_key_is_refused_and_stays_revoked(teammate: User) -> None:
    key, raw = create_api_key(user=teammate, name="ci", scopes=["read"], actor=TESTER)
    revoked_at = revoke_api_key(key=key, actor=TESTER).revoked_at
    assert live_key(raw) is None
    assert revoke_api_key(key=key, actor=TESTER).revoked_at == revoked_at
    assert AuditEntry.objects.filter(action="api_key.revoke").count() == 1


def test_the_keys_of_somebody_deactivated_die_and_do_not_come_back(
    owner: User, teammate: User
) -> None:
    client = api_client(teammate, "read")
    assert client.get("/api/v1/systems/").status_code == 200
    deactivate_user(user=teammate, actor=actor_of(owner))
    assert client.get("/api/v1/systems/").status_code == 401
    User.objects.filter(pk=teammate.pk).update(is_active=True)
    assert client.get("/api/v1/systems/").status_code == 401


def test_the_same_document_again_writes_nothing(teammate: User) -> None:
    key, made = save(teammate)
    lines = AuditEntry.objects.count()
    assert made is None
    assert save(teammate, raw=None)[0].pk == save(teammate)[0].pk == key.pk
    assert AuditEntry.objects.count() == lines


def test_a_new_document_without_a_value_answers_the_made_one_once(teammate: User) -> None:
    key, made = save(teammate, raw=None)
    assert made is not None
    assert live_key(made) == key
    assert save(teammate, raw=None)[1] is None


def test_another_value_takes_over_and_the_old_one_dies(teammate: User) -> None:
    save(teammate)
    save(teammate, raw=GIVEN[::-1])
    assert live_key(GIVEN) is None
    assert live_key(GIVEN[::-1]) is not None


def test_a_revoked_value_never_comes_back_through_the_files(teammate: User) -> None:
    key, _ = save(teammate)
    revoke_api_key(key=key, actor=TESTER)
    with pytest.raises(Invalid, match="was revoked"):
        save(teammate)
    assert live_key(GIVEN) is None
    save(teammate, raw=GIVEN[::-1])
    assert live_key(GIVEN[::-1]) is not None


def test_a_key_of_nobody_is_refused(teammate: User) -> None:
    with pytest.raises(Invalid) as caught:
        save(teammate, user_email="nobody@example.org")
    assert list(caught.value.errors) == ["user"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Bearer \xff\xfe", "Bearer a b"]
)
def test_no_odd_header_gets_in_or_breaks_anything(header: str) -> None:
    answer = APIClient().get("/api/v1/systems/", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
