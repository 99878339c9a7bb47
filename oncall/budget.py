"""How often one person is paged while a storm of alerts is on: a few times, then one page that says
there is more, then only the list in AIRE. A SEV1 always pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum

from django.db import connection

from core.lots import flush
from core.registry import Registry
from notifications.message import Message
from oncall.targets import Found

MINUTES = 15
limits: Registry[Callable[[], int | None]] = Registry("page limit")
"""Each answers how many pages a person gets within `MINUTES` right now; None for no limit."""


class Share(Enum):
    """What is left of somebody's budget: this page is the one that says there is more, or it is
    not sent any more."""

    LAST = "last"
    SPENT = "spent"


def shares(people: Iterable[Found], *, severity: str) -> dict[str, Share]:
    """By their keys, of those whose budget is used up; empty while there is no limit."""
    known = [limit for ask in limits if (limit := ask()) is not None]
    if not known or severity == "sev1":
        return {}
    keys = {one.user.pk: one.key for one in people if one.user}
    flush()  # pages of this very lot count as well
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, count(*) FROM oncall_page WHERE user_id = ANY(%s) "
            "AND created_at > now() - %s * interval '1 minute' GROUP BY user_id",
            [list(keys), MINUTES],
        )
        counted = cursor.fetchall()
    most = min(known)
    return {
        keys[user]: Share.LAST if n == most else Share.SPENT for user, n in counted if n >= most
    }


def last_message(message: Message) -> Message:
    """The page that stands for all further ones."""
    return replace(
        message,
        title=f"More is going wrong than you are paged for, first: {message.title}",
        body="An alert storm is on. Further incidents below SEV1 are listed in AIRE and page you "
        f"again when you had fewer pages within {MINUTES} minutes.",
    )
