"""Reads of sources and receipts. Bodies are loaded only as far as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Substr

from accounts.models import User
from alerts.formats import reader_of
from alerts.models import Alert, Receipt, Source, SourceKey
from core import clock
from core.errors import NotFound
from core.pages import Page, paginate

SOURCE_ORDER = ("name", "id")
RECEIPT_ORDER = ("-received_at", "-id")
PAGE_SIZE = 50
SHOWN_RECEIPTS = 20
SHOWN_KEYS = 10
COUNTED = 1000
"""Counts stop here: a page says "1000+" rather than counting a million rows."""
SHOWN_BODY = 256 * 1024


class SourceState(StrEnum):
    OFF = "off"
    WAITING = "waiting"
    UNREADABLE = "unreadable"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source and how it stands, by the last delivery that was no test of ours."""

    source: Source
    last_seen_at: Any
    last_state: str | None

    @property
    def state(self) -> SourceState:
        if not self.source.enabled:
            return SourceState.OFF
        if self.last_state is None:
            return SourceState.WAITING
        unread = self.last_state == Receipt.State.SET_ASIDE
        return SourceState.UNREADABLE if unread else SourceState.CONNECTED

    @property
    def format_title(self) -> str:
        reader = reader_of(self.source.format)
        return reader.title if reader else self.source.format


@dataclass(frozen=True, slots=True)
class SourcePage:
    row: SourceRow
    keys: list[SourceKey]
    receipts: Page[Receipt]
    received_today: int
    set_aside: int
    firing: int

    @property
    def source(self) -> Source:
        return self.row.source

    @property
    def live_keys(self) -> list[SourceKey]:
        return [key for key in self.keys if key.revoked_at is None]


@dataclass(frozen=True, slots=True)
class ReceiptBody:
    """The beginning of what arrived. `data` is all of it unless `cut`."""

    data: bytes
    size: int

    @property
    def cut(self) -> bool:
        return self.size > len(self.data)


def visible_sources(user: User) -> QuerySet[Source]:
    """Sources are open to everyone signed in; their keys are stored as digests only."""
    sources = Source.objects.select_related("system").defer("system__search")
    return sources if user.is_active else sources.none()


def _with_last(sources: QuerySet[Source]) -> QuerySet[Source]:
    last = Receipt.objects.filter(source=OuterRef("pk"), drill=False).order_by(*RECEIPT_ORDER)[:1]
    return sources.annotate(
        last_seen_at=Subquery(last.values("received_at")), last_state=Subquery(last.values("state"))
    )


def _row(source: Any) -> SourceRow:
    return SourceRow(source, source.last_seen_at, source.last_state)


def source_list(user: User, *, cursor: str | None = None) -> tuple[list[SourceRow], Page[Source]]:
    found = paginate(
        _with_last(visible_sources(user)), order=SOURCE_ORDER, cursor=cursor, size=PAGE_SIZE
    )
    return [_row(source) for source in found.items], found


def source_row(user: User, slug: str) -> SourceRow:
    usable = "\x00" not in slug
    source = _with_last(visible_sources(user)).filter(slug=slug).first() if usable else None
    if source is None:
        raise NotFound("There is no such source.")
    return _row(source)


def source_for(user: User, slug: str) -> Source:
    return source_row(user, slug).source


def source_page(user: User, slug: str, *, cursor: str | None = None) -> SourcePage:
    row = source_row(user, slug)
    mine = Receipt.objects.filter(source=row.source)
    since = clock.now() - timedelta(hours=24)
    return SourcePage(
        row=row,
        keys=list(row.source.keys.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")[
            :SHOWN_KEYS
        ]),
        receipts=receipts(user, row.source, cursor=cursor),
        received_today=_bounded(mine.filter(received_at__gte=since)),
        set_aside=_bounded(mine.filter(state=Receipt.State.SET_ASIDE)),
        firing=_bounded(Alert.objects.visible_to(user).filter(source=row.source, status="firing")),
    )  # fmt: skip


def _bounded(rows: QuerySet[Any]) -> int:
    return rows.order_by().values("pk")[:COUNTED].count()


def visible_receipts(user: User) -> QuerySet[Receipt]:
    """Receipts with their size and without their body."""
    rows = (
        Receipt.objects.select_related("source")
        .defer("body", "source__options")
        .annotate(size=Func(F("body"), function="octet_length", output_field=IntegerField()))
    )
    return rows if user.is_active else rows.none()


def receipts(user: User, source: Source, *, cursor: str | None = None) -> Page[Receipt]:
    """Deliveries of one source, newest first."""
    mine = visible_receipts(user).filter(source=source)
    return paginate(mine, order=RECEIPT_ORDER, cursor=cursor, size=SHOWN_RECEIPTS)


def set_aside(user: User, *, cursor: str | None = None) -> Page[Receipt]:
    """Deliveries that could not be read, of all sources, newest first."""
    waiting = visible_receipts(user).filter(state=Receipt.State.SET_ASIDE)
    return paginate(waiting, order=RECEIPT_ORDER, cursor=cursor, size=PAGE_SIZE)


def receipt_for(user: User, pk: UUID) -> Receipt:
    receipt = visible_receipts(user).filter(pk=pk).first()
    if receipt is None:
        raise NotFound("There is no such delivery, or it is no longer kept.")
    return receipt


def receipt_body(receipt: Receipt, *, limit: int | None = SHOWN_BODY) -> ReceiptBody:
    """What arrived, at most `limit` bytes of it."""
    rows = Receipt.objects.filter(pk=receipt.pk)
    head = rows.values_list(Substr("body", 1, limit) if limit else F("body"), flat=True).get()
    data = bytes(head)
    return ReceiptBody(data, getattr(receipt, "size", len(data)))


def latest_receipt(user: User, source: Source) -> Receipt | None:
    """The last delivery that was no test of ours, or the last test."""
    mine = visible_receipts(user).filter(source=source)
    real = mine.filter(drill=False).order_by(*RECEIPT_ORDER).first()
    return real or mine.order_by(*RECEIPT_ORDER).first()


def signal_alerts(user: User, receipt: Receipt, keys: list[str]) -> dict[str, Alert]:
    """The newest episode of each condition that a receipt speaks of."""
    found = (
        Alert.objects.visible_to(user)
        .filter(source=receipt.source_id, dedup_key__in=keys)
        .only("dedup_key", "title", "status", "started_at")
        .order_by("dedup_key", "-started_at")
        .distinct("dedup_key")
    )
    return {alert.dedup_key: alert for alert in found}
