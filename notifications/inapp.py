"""The in-app channel: a line in the person's inbox. Needs nothing but the database."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from accounts.models import User
from core import clock
from core.inserts import insert
from notifications.channels import IN_APP, DeliveryError, Sent
from notifications.message import Message
from notifications.models import Delivery, DeliveryAttempt, InboxItem

IN_THE_INBOX = "In the inbox"


class InAppChannel:
    name = IN_APP
    title = "In AIRE"
    reaches = False
    form = None

    def configured(self) -> bool:
        return True

    def address_for(self, user: User) -> str | None:
        return str(user.pk)

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        """Once a delivery, however often it is tried."""
        user = User.objects.filter(pk=int(address), is_active=True).first()
        if user is None:
            raise DeliveryError("This person's account is not active.", permanent=True)
        item, _ = InboxItem.objects.get_or_create(delivery_id=delivery_id, defaults={"user": user})
        return Sent(provider_ref=str(item.pk), detail=IN_THE_INBOX)


def put_into_inboxes(deliveries: Iterable[Delivery]) -> None:
    """For deliveries made in this transaction: the inbox is a table of ours, so nothing has to be
    sent, and they are there as soon as the caller commits."""
    rows = list(deliveries)
    now = clock.now()
    insert(
        *(InboxItem(user_id=row.user_id, delivery=row) for row in rows if row.user_id is not None),
        *(
            DeliveryAttempt(
                delivery=row,
                number=1,
                started_at=now,
                outcome=DeliveryAttempt.Outcome.ACCEPTED,
                detail=IN_THE_INBOX,
            )
            for row in rows
        ),
    )


CHANNEL = InAppChannel()
