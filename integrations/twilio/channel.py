"""The channels `sms` and `voice`. What comes back of them (replies, keys) is in `views`."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from integrations.twilio.api import callback, configured, create, phone_number
from notifications.channels import ContactForm, Sent
from notifications.links import SUFFIX
from notifications.message import Message, subject

MAX_SMS = 480
"""Three segments; a longer page is read on the web anyway."""
RING_SECONDS = 30


class SmsChannel:
    name = "sms"
    title = "Text message"
    reaches = True
    form = ContactForm(
        label="Mobile number",
        help="With the country, like +49 171 1234567.",
        check=phone_number,
    )

    def configured(self) -> bool:
        return configured()

    def address_for(self, user: User) -> str | None:
        return None

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        sid = create(
            "Messages",
            {
                "To": address,
                "From": settings.AIRE_TWILIO_FROM,
                "Body": words(message, may_repeat=may_repeat),
                "StatusCallback": callback(reverse("twilio:status", args=[delivery_id])),
            },
        )
        return Sent(provider_ref=sid, detail="Taken by Twilio")


class VoiceChannel:
    name = "voice"
    title = "Call"
    reaches = True
    form = ContactForm(
        label="Telephone number",
        help="With the country, like +49 30 1234567. You acknowledge by pressing 4.",
        check=phone_number,
    )

    def configured(self) -> bool:
        return configured()

    def address_for(self, user: User) -> str | None:
        return None

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        """What is said is asked for when somebody answers, so it is what is true then."""
        sid = create(
            "Calls",
            {
                "To": address,
                "From": settings.AIRE_TWILIO_FROM,
                "Url": callback(reverse("twilio:voice", args=[delivery_id])),
                "Method": "POST",
                "Timeout": RING_SECONDS,
                "StatusCallback": callback(reverse("twilio:status", args=[delivery_id])),
            },
        )
        return Sent(provider_ref=sid, detail="Call placed by Twilio")


SMS = SmsChannel()
VOICE = VoiceChannel()


def words(message: Message, *, may_repeat: bool) -> str:
    """The headline, how to acknowledge, and the link, which is never cut."""
    ends = []
    if any(action.name.endswith(SUFFIX) for action in message.actions):
        ref = next(a.ref for a in message.actions if a.name.endswith(SUFFIX))
        ends.append(f"Reply ACK {ref.removeprefix('INC-')} to acknowledge.")
    if message.url:
        ends.append(message.url)
    tail = "\n".join(ends)
    room = MAX_SMS - len(tail) - 1
    head = subject(message, may_repeat=may_repeat)
    head = head if len(head) <= room else head[: max(0, room - 1)] + "…"
    return f"{head}\n{tail}" if tail else head
