"""The verbs of contact methods, notification rules and quiet hours: their only writers."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable
from datetime import time, timedelta

from django.db import transaction
from django.db.models.functions import Now

from accounts import audit
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.ids import new_id
from core.in_use import refuse_while_used
from notifications.channels import BadAddress, Channel, ContactForm, channels
from notifications.message import Message
from notifications.models import ContactMethod, Delivery, NotificationRule, QuietHours
from notifications.reach import Way, ways_for
from notifications.rules import MAX_AFTER_SECONDS, MAX_RULES, Line, Urgency
from notifications.services import deliver_over

MAX_CONTACTS = 20
WAITING = "no address yet"
CODE_MINUTES = 15
CODE_TRIES = 5
CODE_GAP = timedelta(seconds=60)
TEST_SECONDS = 600


@transaction.atomic
def add_contact_method(
    *, user: User, channel: str, address: str, actor: Actor, verified: bool = False
) -> ContactMethod:
    """Give somebody one more address. It gets a code and counts once the code came back, unless
    it is `verified` otherwise (an importer that trusts the tool it reads from). The same address
    again answers the one there is."""
    found, form = _channel(channel)
    if not form.for_people:
        raise Invalid(f"{found.title} has no addresses of people.")
    checked, label = _checked(form, address)
    User.objects.select_for_update().get(pk=user.pk)
    own = list(ContactMethod.objects.filter(user=user))
    for contact in own:
        if contact.channel == channel and contact.address == checked:
            return contact
    if len(own) >= MAX_CONTACTS:
        raise Conflict(f"That would be more than {MAX_CONTACTS} contact methods. Remove one first.")
    contact = ContactMethod.objects.create(
        user=user,
        channel=channel,
        address=checked,
        label=label,
        verified_at=clock.now() if verified or not form.sees_code else None,
    )
    _record(actor, "contact.add", contact)
    if contact.verified_at is None:
        _send_code(contact, found)
    return contact


@transaction.atomic
def save_contact_of(
    *, handle: str, user: User, channel: str, address: str | None, actor: Actor
) -> ContactMethod:
    """What a document says of somebody's address; whoever applies it vouches for it. Without an
    address the one there is stays, and a new one waits for it and does not count."""
    _, form = _channel(channel)
    if not (form.for_people and form.typed):
        raise Invalid(
            "Not in files.", errors={"channel": ["Its addresses are not given in files."]}
        )
    User.objects.select_for_update().get(pk=user.pk)
    checked, label = _checked(form, address) if address else ("", WAITING)
    own = list(ContactMethod.objects.filter(user=user))
    contact = ContactMethod.objects.filter(handle=handle).first() or next(
        (one for one in own if address and one.channel == channel and one.address == checked), None
    )
    if contact is None:
        if len(own) >= MAX_CONTACTS:
            raise Conflict(f"That would be more than {MAX_CONTACTS} contact methods.")
        contact = ContactMethod(user=user, channel=channel, label=label)
    elif (contact.user_id, contact.channel) != (user.pk, channel):
        raise Conflict(f"“{handle}” is an address of somebody else or of another channel.")
    contact.handle = handle
    if address:
        contact.address, contact.label, contact.verified_at = checked, label, clock.now()
        contact.failing_since, contact.failure = None, ""
    contact.save()
    _record(actor, "contact.save", contact)
    return contact


@transaction.atomic
def save_named_contact(
    *,
    slug: str,
    channel: str,
    address: str | None,
    label: str,
    actor: Actor,
    may_wait: bool = False,
) -> ContactMethod:
    """A room or a service that policies page by name; whoever manages vouches for it. Without an
    address the one there is stays; a new one that `may_wait` for it reaches nobody until then."""
    _, form = _channel(channel)
    if not form.for_rooms:
        raise Invalid("This channel reaches people only.", errors={"channel": ["People only."]})
    contact = ContactMethod.objects.select_for_update().filter(slug=slug).first()
    if contact is None:
        contact = ContactMethod(slug=slug, channel=channel)
        if not (address or may_wait):
            raise Invalid("Give its address.", errors={"address": ["Give its address."]})
    elif contact.channel != channel:
        raise Conflict(f"“{slug}” is already the name of something else.")
    if address:
        contact.address, _ = _checked(form, address)
        contact.verified_at = contact.verified_at or clock.now()
    contact.label = " ".join(label.split())[:120] or slug
    contact.failing_since, contact.failure = None, ""
    contact.save()
    _record(actor, "contact.save", contact)
    return contact


@transaction.atomic
def resend_code(*, user: User, contact_id: int) -> ContactMethod:
    contact = _own(user, contact_id)
    if contact.verified_at is not None:
        raise Conflict("It is verified already.")
    if not contact.address:
        raise Conflict("It has no address yet. Remove it and add the address.")
    sent_at = contact.code_until and contact.code_until - timedelta(minutes=CODE_MINUTES)
    if sent_at and clock.now() - sent_at < CODE_GAP:
        raise Conflict("A code is on its way. Ask for another after a minute.")
    found, _ = _channel(contact.channel)
    _send_code(contact, found)
    return contact


def verify_contact_method(*, user: User, contact_id: int, code: str, actor: Actor) -> ContactMethod:
    """Take the code that was sent there. Five wrong ones, and a new code is needed."""
    with transaction.atomic():
        contact = _own(user, contact_id)
        if contact.verified_at is not None:
            return contact
        right = _code_fits(contact, code)
        contact.code_tries += 1
        if right:
            contact.verified_at, contact.code_digest = clock.now(), None
            _record(actor, "contact.verify", contact)
        contact.save(update_fields=["code_tries", "verified_at", "code_digest"])
    if not right:
        sentence = "That is not the code, or it is too old. Ask for a new one if you have none."
        raise Invalid(sentence, errors={"code": [sentence]})
    return contact


@transaction.atomic
def remove_contact_method(*, user: User, contact_id: int, actor: Actor) -> None:
    """Gone at once, with the rules that name it. What is under way to it fails, visibly."""
    contact = _own(user, contact_id)
    _record(actor, "contact.remove", contact)
    contact.delete()


@transaction.atomic
def remove_named_contact(*, slug: str, actor: Actor) -> None:
    """A room goes at once; refused while a policy pages it."""
    contact = ContactMethod.objects.select_for_update().filter(slug=slug).first()
    if contact is None:
        raise NotFound(f"Nothing is called “{slug}”.")
    refuse_while_used(contact, name=contact.label, mend="Take it out there first.")
    _record(actor, "contact.remove", contact)
    contact.delete()


@transaction.atomic
def save_rules(*, user: User, urgency: str, lines: Iterable[Line], actor: Actor) -> None:
    """Bring somebody's rules of one urgency to exactly these, in this order; none means the
    defaults. A line may name a contact that is not verified yet: it is skipped until it is."""
    wanted = list(lines)
    _check_lines(user, urgency, wanted)
    User.objects.select_for_update().get(pk=user.pk)
    NotificationRule.objects.filter(user=user, urgency=urgency).delete()
    NotificationRule.objects.bulk_create(
        NotificationRule(
            user=user,
            urgency=urgency,
            position=number,
            after_seconds=line.after_seconds,
            channel=line.channel,
            contact_id=line.contact,
        )
        for number, line in enumerate(wanted)
    )
    audit.record(
        actor=actor,
        action="notification_rules.save",
        target_kind="user",
        target_ref=user.email,
        urgency=urgency,
        rules=[f"{line.channel} after {line.after_seconds} s" for line in wanted],
    )


@transaction.atomic
def save_quiet_hours(
    *, user: User, starts: time | None, ends: time | None, weekdays: Collection[int], actor: Actor
) -> None:
    """In the person's own zone, on the evenings of these weekdays (Monday 0); no times: none."""
    if starts is None or ends is None:
        QuietHours.objects.filter(user=user).delete()
    else:
        days = sorted(set(weekdays))
        if starts == ends:
            raise Invalid("Begin and end are the same.", errors={"ends": ["Give another end."]})
        if not days or not set(days) <= set(range(7)):
            raise Invalid("Choose a day.", errors={"weekdays": ["Choose at least one day."]})
        QuietHours.objects.update_or_create(
            user=user, defaults={"starts": starts, "ends": ends, "weekdays": days}
        )
    audit.record(actor=actor, action="quiet_hours.save", target_kind="user", target_ref=user.email)


@transaction.atomic
def send_test_page(*, user: User, urgency: str = Urgency.HIGH) -> str:
    """Page oneself by one's own rules, marked as a test; answers what its deliveries name as
    their origin. Quiet hours hold back what they would hold back."""
    origin = f"test:{user.pk}:{new_id()}"
    message = Message(
        kind="page",
        headline="Test page",
        title="This is how AIRE reaches you",
        why="You asked for it. Nothing is broken, and nobody else is paged.",
        drill=True,
    )
    deliver_over(
        ways_for([user], urgency=urgency)[user.pk],
        user=user,
        message=message,
        kind=Delivery.Kind.PAGE,
        origin=origin,
        obligation_key=origin,
        subject_key=origin,
        deadline=Now() + timedelta(seconds=TEST_SECONDS),
    )
    return origin


def _check_lines(user: User, urgency: str, lines: list[Line]) -> None:
    if urgency not in list(Urgency):
        raise Invalid("The urgency is high or low.")
    if len(lines) > MAX_RULES:
        raise Invalid(f"At most {MAX_RULES} rules.")
    own = dict(ContactMethod.objects.filter(user=user).values_list("pk", "channel"))
    for line in lines:
        found = channels.get(line.channel)
        if found is None or not found.reaches:
            raise Invalid(f"There is no channel “{line.channel}”.")
        if not 0 <= line.after_seconds <= MAX_AFTER_SECONDS:
            raise Invalid("A rule waits at most a day.")
        if found.form is None and line.contact is not None:
            raise Invalid(f"{found.title} uses the address of the account.")
        if found.form is not None and own.get(line.contact or 0) != line.channel:
            raise Invalid(f"Say which of your addresses {found.title} uses.")


def _channel(name: str) -> tuple[Channel, ContactForm]:
    found = channels.get(name)
    if found is None or found.form is None:
        raise Invalid("There is no such channel.", errors={"channel": ["Choose one of the list."]})
    return found, found.form


def _checked(form: ContactForm, address: str) -> tuple[str, str]:
    try:
        checked, label = form.check(address.strip())
    except BadAddress as error:
        raise Invalid(str(error), errors={"address": [str(error)]}) from error
    return checked, label[:120]


def _own(user: User, contact_id: int) -> ContactMethod:
    contact = ContactMethod.objects.select_for_update().filter(user=user, pk=contact_id).first()
    if contact is None:
        raise NotFound("There is no such contact method.")
    return contact


def _send_code(contact: ContactMethod, channel: Channel) -> None:
    code = f"{secrets.randbelow(1_000_000):06d}"
    contact.code_digest = _digest(contact, code)
    contact.code_until = clock.now() + timedelta(minutes=CODE_MINUTES)
    contact.code_tries = 0
    contact.save(update_fields=["code_digest", "code_until", "code_tries"])
    key = f"code:{contact.pk}:{new_id()}"
    deliver_over(
        [Way(channel, contact.label, contact.pk)],
        user=contact.user,
        message=Message(
            kind="notice",
            headline="AIRE",
            title=f"Your code is {' '.join(code) if channel.name == 'voice' else code}",
            why="Somebody gave this address as theirs in AIRE. If it was not you, do nothing.",
        ),
        kind=Delivery.Kind.NOTICE,
        origin=key,
        obligation_key=key,
        deadline=contact.code_until,
    )


def _code_fits(contact: ContactMethod, code: str) -> bool:
    if contact.code_digest is None or contact.code_until is None:
        return False
    if contact.code_until < clock.now() or contact.code_tries >= CODE_TRIES:
        return False
    given = "".join(char for char in code if char.isdigit())
    return hmac.compare_digest(bytes(contact.code_digest), _digest(contact, given))


def _digest(contact: ContactMethod, code: str) -> bytes:
    return hashlib.sha256(f"aire-code:{contact.pk}:{code}".encode()).digest()


def _record(actor: Actor, action: str, contact: ContactMethod) -> None:
    audit.record(
        actor=actor,
        action=action,
        target_kind="contact",
        target_ref=contact.slug or (contact.user.email if contact.user else ""),
        channel=contact.channel,
        label=contact.label,
    )
