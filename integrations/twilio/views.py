"""What Twilio asks and tells: what to say in a call, which key was pressed, a reply, an outcome.

Answers are TwiML. https://www.twilio.com/docs/voice/twiml
"""

from __future__ import annotations

import re
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from accounts.models import User
from core.actor import Via
from integrations.twilio.api import callback
from integrations.twilio.channel import SMS
from integrations.twilio.signing import signed
from notifications.message import Message
from notifications.models import ContactMethod, Delivery
from notifications.reports import report
from oncall.acknowledging import acknowledge_delivery, acknowledge_waiting, still_waits

KEY = "4"
AGAIN = "6"
REPLY = re.compile(
    r"\s*(?:ack|acknowledge|acknowledged|ok|4)\b[\s#:]*(?:inc-?)?([0-9]{1,9})?", re.I
)
GONE = frozenset({"failed", "undelivered", "busy", "no-answer", "canceled"})


@signed
def voice(request: HttpRequest, fields: dict[str, str], pk: UUID) -> HttpResponse:
    """Somebody picked up."""
    row = _delivery(pk, "voice")
    if row is None:
        return _twiml(_say("This is AIRE. This page is over. Goodbye."))
    message = Message.from_json(row.message)
    if row.kind != Delivery.Kind.PAGE:
        return _twiml(_say(f"{message.title}. Again: {message.title}. Goodbye."))
    if not still_waits(row):
        return _twiml(_say("This is AIRE. The page was acknowledged meanwhile. Sleep well."))
    drill = "This is a drill. " if message.drill else ""
    text = (
        f"This is AIRE. {drill}{message.headline}. {message.title}. "
        f"Press {KEY} to acknowledge. Press {AGAIN} to hear it again."
    )
    action = quoteattr(callback(reverse("twilio:keypad", args=[pk])))
    gather = f'<Gather numDigits="1" timeout="10" method="POST" action={action}>'
    return _twiml(f"{gather}{_say(text)}</Gather>" + _say("No key was pressed. Goodbye."))


@signed
def keypad(request: HttpRequest, fields: dict[str, str], pk: UUID) -> HttpResponse:
    row = _delivery(pk, "voice")
    digit = fields.get("Digits", "")
    if row is None:
        return _twiml(_say("This page is over. Goodbye."))
    if digit == KEY:
        return _twiml(_say(f"{acknowledge_delivery(delivery=row, via=Via.PHONE)} Goodbye."))
    where = escape(callback(reverse("twilio:voice", args=[pk])))
    unknown = "" if digit == AGAIN else _say("That key does nothing.")
    return _twiml(f'{unknown}<Redirect method="POST">{where}</Redirect>')


@signed
def sms(request: HttpRequest, fields: dict[str, str]) -> HttpResponse:
    """A reply. Whoever the number belongs to acknowledges with "ack", or "ack 42" of several."""
    user = _owner(fields.get("From", ""))
    if user is None:
        return _reply("AIRE does not know this number.")
    found = REPLY.match(fields.get("Body", "")[:200])
    if not found:
        return _reply("Reply ACK to acknowledge, or ACK and the number of the incident.")
    return _reply(acknowledge_waiting(user=user, number=found[1] or "", via=Via.PHONE))


@signed
def status(request: HttpRequest, fields: dict[str, str], pk: UUID) -> HttpResponse:
    """What became of it at last: shown on the page, and the next way is taken when it failed."""
    said = fields.get("MessageStatus") or fields.get("CallStatus") or ""
    code = fields.get("ErrorCode", "")
    if re.fullmatch(r"[a-z-]{3,20}", said):
        detail = f"Error {code[:10]}" if code else ""
        report(delivery_id=pk, said=said, detail=detail, failed=said in GONE)
    return HttpResponse(status=204)


app_name = "twilio"
urlpatterns = [
    path("voice/<uuid:pk>/", voice, name="voice"),
    path("keypad/<uuid:pk>/", keypad, name="keypad"),
    path("status/<uuid:pk>/", status, name="status"),
    path("sms/", sms, name="sms"),
]


def _delivery(pk: UUID, channel: str) -> Delivery | None:
    return Delivery.objects.select_related("user").filter(pk=pk, channel=channel).first()


def _owner(number: str) -> User | None:
    """Numbers are kept encrypted, so each is looked at; there are as many as people."""
    contacts = ContactMethod.objects.select_related("user").filter(
        channel=SMS.name, verified_at__isnull=False, user__is_active=True
    )
    return next((one.user for one in contacts if one.address == number), None)


def _say(text: str) -> str:
    return f"<Say>{escape(_sayable(text))}</Say>"


def _sayable(text: str) -> str:
    """No signs that XML cannot carry, and the headline's dots as pauses."""
    plain = "".join(char for char in text if char.isprintable())
    return plain.replace(" · ", ", ")[:1_000]


def _reply(text: str) -> HttpResponse:
    return _twiml(f"<Message>{escape(_sayable(text))}</Message>")


def _twiml(inner: str) -> HttpResponse:
    return HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>',
        content_type="text/xml; charset=utf-8",
    )
