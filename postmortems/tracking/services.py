"""The verbs of trackers: connecting one, linking an action, taking in what was changed there."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.audit import record
from accounts.models import Team
from core.actor import Actor, Via
from core.connecting import filled_options, why_not_sent_to
from core.errors import AireError, Conflict, Invalid, NotFound
from core.urls import safe_href
from postmortems.actions.lifecycle import OPEN
from postmortems.actions.services import lock_action, note_on_action, transition_action
from postmortems.models import Action, Tracker, TrackerDelivery, TrackerLink
from postmortems.trackers import Incoming, Remote, TrackerClient, trackers

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
MAX_SECRET = 4_096


def save_tracker(
    *,
    slug: str,
    name: str,
    kind: str,
    actor: Actor,
    base_url: str = "",
    options: Mapping[str, str] | None = None,
    token: str | None = None,
    webhook_secret: str | None = None,
    team: Team | None = None,
    enabled: bool = True,
) -> Tracker:
    """Connect a tracker, or bring it to exactly this state. Secrets that are None stay as they
    are. What had given up is tried again."""
    client = trackers.get(kind)
    errors = _wrong(slug, name, client, base_url, options or {}, token, webhook_secret)
    if errors or client is None:
        raise Invalid("The tracker was not saved.", errors=errors)
    with transaction.atomic():
        tracker = Tracker.objects.select_for_update().filter(slug=slug).first()
        created = tracker is None
        tracker = tracker or Tracker(slug=slug)
        if not created and token is None:
            _check_same_place(tracker, base_url.strip() or client.base_url)
        tracker.name, tracker.kind, tracker.team = name.strip(), kind, team
        tracker.base_url = (base_url.strip() or client.base_url).rstrip("/")
        tracker.options = filled_options(client.options, options or {})
        tracker.enabled = enabled
        if token is not None:
            tracker.token = token.strip()
        if webhook_secret is not None:
            tracker.webhook_secret = webhook_secret.strip()
        try:
            with transaction.atomic():
                tracker.save()
        except IntegrityError as error:
            raise Conflict(f"Somebody else has just added {slug}. Try again.") from error
        _try_again(TrackerLink.objects.filter(tracker=tracker, state=TrackerLink.State.FAILED))
        record(
            actor=actor,
            action="tracker.create" if created else "tracker.update",
            target_kind="tracker",
            target_ref=slug,
            kind=kind,
            base_url=tracker.base_url,
            enabled=enabled,
        )
    return tracker


def _try_again(links: QuerySet[TrackerLink]) -> None:
    links.update(state=TrackerLink.State.PENDING, due_at=Now(), attempts=0)


def _check_same_place(tracker: Tracker, base_url: str) -> None:
    """A token that was given for one address is not sent to another, nor in the clear."""
    if tracker.token and (sentence := why_not_sent_to(tracker.base_url, base_url)):
        raise Invalid("The tracker was not saved.", errors={"token": [sentence]})


def remove_tracker(*, slug: str, actor: Actor) -> str:
    """Delete a tracker that no action is linked to; else switch it off. Answers which."""
    with transaction.atomic():
        tracker = Tracker.objects.select_for_update().filter(slug=slug).first()
        if tracker is None:
            raise NotFound("There is no such tracker.")
        verb = "switch off" if tracker.links.exists() else "delete"
        if verb == "delete":
            tracker.delete()
        else:
            tracker.enabled = False
            tracker.save(update_fields=["enabled"])
        record(
            actor=actor,
            action=f"tracker.{verb.replace(' ', '_')}",
            target_kind="tracker",
            target_ref=slug,
        )
    return verb


def link_action(*, action: Action, tracker: Tracker, actor: Actor) -> TrackerLink:
    """Have an action be an issue in a tracker. The issue is made by the engine, not here."""
    if not tracker.enabled:
        raise Conflict(f"{tracker.name} is switched off. Choose another tracker.")
    with transaction.atomic():
        action = lock_action(action.pk)
        link, created = TrackerLink.objects.get_or_create(
            action=action, defaults={"tracker": tracker, "wanted": action.version}
        )
        if not created:
            raise Conflict(f"{action.ref} is linked to {link.tracker.name} already.")
        note_on_action(
            action=action,
            kind="tracker",
            text=f"{actor.label} asked for an issue in {tracker.name}.",
            actor=actor,
        )
    return link


def unlink_action(*, action: Action, actor: Actor) -> None:
    """Stop following the issue. It stays as it is over there."""
    with transaction.atomic():
        link = TrackerLink.objects.select_related("tracker").filter(action=action).first()
        if link is None:
            raise NotFound(f"{action.ref} is not linked to a tracker.")
        link.delete()
        note_on_action(
            action=action,
            kind="tracker",
            text=f"{actor.label} took away the link to {link.tracker.name}.",
            actor=actor,
        )


def retry_link(*, action: Action) -> None:
    """Try again now what has failed."""
    _try_again(TrackerLink.objects.filter(action=action))


def absorb_incoming(*, tracker: Tracker, incoming: Incoming) -> str:
    """Take in what a webhook says; answers in a sentence what became of it. The same delivery
    again changes nothing."""
    with transaction.atomic():
        if incoming.delivery_id:
            delivery, new = TrackerDelivery.objects.get_or_create(
                tracker=tracker, delivery_id=incoming.delivery_id[:200]
            )
            if not new:
                return "Taken already."
        if incoming.remote is None:
            return incoming.note or "Nothing that AIRE follows."
        link = TrackerLink.objects.filter(
            tracker=tracker, external_id=incoming.remote.external_id
        ).first()
        if link is None:
            return "No action is linked to this issue."
        said = absorb_remote(link=link, remote=incoming.remote, tracker=tracker)
        # Webhooks come late and out of order: what stands there now is asked for as well.
        TrackerLink.objects.filter(pk=link.pk, state=TrackerLink.State.SYNCED).update(
            state=TrackerLink.State.PENDING, due_at=Now()
        )
        if incoming.delivery_id:
            TrackerDelivery.objects.filter(pk=delivery.pk).update(outcome=said[:300])
    return said


def absorb_remote(*, link: TrackerLink, remote: Remote, tracker: Tracker) -> str:
    """Bring the action to what its issue says, where the rules of actions allow it. What they do
    not allow is kept as a line of the action's history, which says what to do."""
    with transaction.atomic():
        action = lock_action(link.action_id)
        link = TrackerLink.objects.select_for_update().get(pk=link.pk)
        link.remote_status, link.url = remote.status, safe_href(remote.url) or link.url
        to = _local_status(action.status, remote.status)
        said = f"{action.ref} is that already."
        if to is not None:
            said = _move(action, link, to, remote, tracker)
        link.save(update_fields=["remote_status", "url", "error", "wanted", "told"])
    return said


def _move(action: Action, link: TrackerLink, to: str, remote: Remote, tracker: Tracker) -> str:
    actor = Actor(label=tracker.name, via=Via.API)
    word = remote.label[:80]
    try:
        with transaction.atomic():
            moved = transition_action(
                action_id=action.pk,
                to=to,
                actor=actor,
                reason=f"Was set to “{word}” in {tracker.name}.",
                from_tracker=True,
            )
    except AireError as error:
        link.error = f"The issue in {tracker.name} is “{word}”, but: {error.message}"
        note_on_action(action=action, kind="tracker", text=link.error, actor=actor)
        return link.error
    link.error = ""
    if link.told == link.wanted:
        link.told = link.wanted = moved.version
    return f"{action.ref} is {moved.get_status_display().lower()} now."


def _local_status(local: str, remote: str) -> str | None:
    """The move that brings `local` to what the tracker says; None when they mean the same."""
    if local == remote:
        return None
    if remote in OPEN and local in OPEN:
        return "in_progress" if remote == "in_progress" else None
    if remote in OPEN:
        return "in_progress"
    return remote if local in OPEN else None


def _wrong(
    slug: str,
    name: str,
    client: TrackerClient | None,
    base_url: str,
    options: Mapping[str, str],
    token: str | None,
    webhook_secret: str | None,
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not SLUG.fullmatch(slug):
        errors["slug"] = ["Use small letters, digits and hyphens."]
    if not name.strip() or len(name) > 120 or "\x00" in name:
        errors["name"] = ["Give it a name of at most 120 characters."]
    if client is None:
        errors["kind"] = [f"Choose one of: {', '.join(trackers.names())}."]
        return errors
    if safe_href(base_url.strip() or client.base_url) is None:
        errors["base_url"] = ["Give the whole address of the API, such as https://host/path."]
    filled = filled_options(client.options, options)
    for option in client.options:
        value = filled[option.name]
        if option.required and not value:
            errors[option.name] = [f"{option.label} is needed."]
        elif len(value) > 200 or not value.isprintable():
            errors[option.name] = [f"{option.label} cannot be read."]
    for field, secret in (("token", token), ("webhook_secret", webhook_secret)):
        plain = (secret or "").strip()
        if len(plain) > MAX_SECRET or not plain.isascii() or not plain.isprintable():
            errors[field] = ["This cannot be a secret of a tracker."]
    return errors
