"""The in-app channel: a line in the person's inbox. Needs nothing but the database."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User
from notifications.channels import IN_APP, DeliveryError, Sent
from notifications.message import Message
from notifications.models import InboxItem


class InAppChannel:
    name = IN_APP
    title = "In AIRE"
    reaches = False

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
        return Sent(provider_ref=str(item.pk), detail="In the inbox")


CHANNEL = InAppChannel()
