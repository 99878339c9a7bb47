"""An export that was read is kept between the preview and its confirmation, so that what was shown
is what is written."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction

from accounts.models import User
from aire_web.models import KeptExport
from core import clock
from core.errors import NotFound
from core.ids import new_id
from core.secrets import Secret

KEPT = timedelta(hours=1)

Lists = dict[str, list[dict[str, Any]]]


@transaction.atomic
def keep_export(*, user: User, export: Lists) -> str:
    """One a person: the newest. Answers the key that asks for it."""
    key = new_id()
    KeptExport.objects.update_or_create(
        user=user,
        defaults={"key": key, "content": Secret(json.dumps(export)), "created_at": clock.now()},
    )
    return str(key)


def kept_export(*, user: User, key: str) -> Lists:
    since = clock.now() - KEPT
    row = KeptExport.objects.filter(user=user, key=UUID(key), created_at__gt=since).first()
    if row is None:
        raise NotFound("This export is not kept any more.")
    lists: Lists = json.loads(row.content.reveal())
    return lists


def confirmation(product: str, key: str) -> str:
    """What the preview hands out and its confirmation gives back."""
    return signing.dumps([product, key], salt="importing")


def confirmed(token: str) -> tuple[str, str]:
    """The product's name and the key of its export. Raises `BadSignature`."""
    product, key = signing.loads(token, salt="importing", max_age=KEPT)
    return product, key


def forget_export(*, user: User, key: str) -> None:
    KeptExport.objects.filter(user=user, key=UUID(key)).delete()


def forget_old_exports() -> int:
    """A chore of housekeeping."""
    removed, _ = KeptExport.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    return removed
