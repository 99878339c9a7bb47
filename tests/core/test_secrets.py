"""Secrets at rest and keys."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps

from core import secrets
from core.secrets import EncryptedTextField, Secret, SecretUnreadable

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.AIRE_ENCRYPTION_KEYS = [OLD]


def test_what_was_encrypted_is_read_again_and_never_looks_the_same() -> None:
    one, two = secrets.encrypt("xoxb-1 ☎"), secrets.encrypt("xoxb-1 ☎")
    assert one != two
    assert "xoxb" not in one
    assert secrets.decrypt(one) == secrets.decrypt(two) == "xoxb-1 ☎"


def test_a_new_key_in_front_still_reads_what_the_old_one_wrote(settings: Any) -> None:
    written = secrets.encrypt("token")
    settings.AIRE_ENCRYPTION_KEYS = [NEW, OLD]
    assert secrets.decrypt(written) == "token"
    rotated = secrets.rotate(written)
    settings.AIRE_ENCRYPTION_KEYS = [NEW]
    assert secrets.decrypt(rotated) == "token"
    with pytest.raises(SecretUnreadable, match="AIRE_ENCRYPTION_KEYS"):
        secrets.decrypt(written)


@pytest.mark.parametrize("keys", [[], ["change-me"], ["é"]])
def test_missing_or_malformed_keys_are_named(settings: Any, keys: list[str]) -> None:
    settings.AIRE_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="AIRE_ENCRYPTION_KEYS"):
        secrets.encrypt("x")


def test_a_secret_does_not_print_itself() -> None:
    secret = Secret("hunter22")
    assert "hunter22" not in f"{secret} {secret!r} {[secret]} {secret.__reduce__()}"
    assert secret.reveal() == "hunter22"
    assert b"hunter22" not in pickle.dumps(secret)
    assert pickle.loads(pickle.dumps(secret)) == "hunter22"


def test_an_empty_secret_is_false_and_stores_nothing() -> None:
    assert not Secret("")
    assert Secret("").sealed() == ""
    assert str(Secret("")) == ""


def test_secrets_are_equal_by_what_they_hold() -> None:
    assert Secret("a") == Secret(token=secrets.encrypt("a"))
    assert Secret("a") != "b"
    assert Secret("1") != 1


@pytest.fixture
def box(db: None) -> Any:
    with isolate_apps("core"):

        class Box(models.Model):
            token = EncryptedTextField(null=True)
            name = models.TextField(default="")

            class Meta:
                app_label = "core"

        with connection.schema_editor() as editor:
            editor.create_model(Box)
        yield Box


def stored(box: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT token FROM {box._meta.db_table}")
        return cursor.fetchone()[0]


def test_the_database_sees_only_what_is_encrypted(box: Any) -> None:
    made = box.objects.create(token="xoxb-123")
    assert isinstance(made.token, Secret)
    assert "xoxb" not in stored(box)
    assert box.objects.get().token.reveal() == "xoxb-123"


def test_saving_a_row_leaves_its_secret_as_it_is(box: Any) -> None:
    box.objects.create(token="xoxb-123")
    before = stored(box)
    box.objects.get().save()
    assert stored(box) == before


def test_a_lost_key_breaks_the_use_and_not_the_list(box: Any, settings: Any) -> None:
    box.objects.create(token="xoxb-123")
    settings.AIRE_ENCRYPTION_KEYS = [NEW]
    found = box.objects.get()
    assert found.token
    found.name = "renamed"
    found.save()
    with pytest.raises(SecretUnreadable):
        found.token.reveal()
    settings.AIRE_ENCRYPTION_KEYS = [OLD]
    assert box.objects.get().token.reveal() == "xoxb-123"


def test_a_secret_may_be_null_or_deferred_and_cannot_be_searched(box: Any) -> None:
    box.objects.create(token=None)
    assert box.objects.get().token is None
    assert box.objects.defer("token").get().token is None
    assert box.objects.filter(token__isnull=True).exists()
    with pytest.raises(FieldError):
        box.objects.filter(token="xoxb-123").exists()


def test_a_new_key_has_160_random_bits_and_a_checksum() -> None:
    made = {secrets.new_key() for _ in range(200)}
    assert len(made) == 200
    for key in made:
        assert len(key) == len("aire_") + 36
        assert secrets.looks_like_key(key)


@pytest.mark.parametrize(
    "change", [lambda k: k[:-1], lambda k: k + "a", str.upper, lambda k: k[5:]]
)
def test_what_is_not_a_key_does_not_look_like_one(change: Any) -> None:
    assert not secrets.looks_like_key(change(secrets.new_key()))


def test_one_wrong_letter_is_noticed() -> None:
    key = secrets.new_key()
    wrong = key[:10] + ("a" if key[10] != "a" else "b") + key[11:]
    assert not secrets.looks_like_key(wrong)


@pytest.mark.parametrize("text", ["", "aire_", "\ud800", "aire_" + "é" * 36, "aire_" + "1" * 36])
def test_hostile_text_is_no_key_and_has_a_digest(text: str) -> None:
    assert not secrets.looks_like_key(text)
    assert len(secrets.key_digest(text)) == 32


def test_the_hint_shows_eight_characters() -> None:
    key = secrets.new_key()
    assert secrets.key_hint(key) == key[:8]
