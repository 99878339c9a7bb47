"""Webhook as a document. Its secret comes from the environment only."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from core.actor import Actor
from core.manifest import Kind, Line, Resource, Spec, Text
from core.secrets import SecretUnreadable
from core.yaml import Path as FilePath
from notifications.models import OutgoingWebhook
from notifications.webhook_services import remove_webhook, save_webhook


class WebhookSpec(Spec):
    """`events` are kinds of events, as docs/notifications.md lists them."""

    events: Annotated[list[Line], Field(min_length=1, max_length=50)]
    url: Annotated[Text, Field(min_length=1, max_length=1_500)]
    enabled: bool = True


class WebhookKind(Kind[WebhookSpec]):
    name: ClassVar[str] = "Webhook"
    secrets: ClassVar[frozenset[str]] = frozenset({"secret"})
    service_fields: ClassVar[dict[str, FilePath]] = {"address": ("url",), "slug": ()}

    @property
    def spec(self) -> type[WebhookSpec]:
        return WebhookSpec

    def present(self) -> dict[str, Resource[WebhookSpec]]:
        hooks = OutgoingWebhook.objects.select_related("contact").order_by("contact__slug")
        return {
            str(hook.contact.slug): Resource(
                name=str(hook.contact.slug),
                display_name=hook.contact.label,
                spec=WebhookSpec.model_construct(
                    events=list(hook.events), url=_url(hook), enabled=hook.enabled
                ),
            )
            for hook in hooks
        }

    def settle(self, resource: Resource[WebhookSpec]) -> Resource[WebhookSpec]:
        events = sorted(set(resource.spec.events))
        spec = resource.spec.model_copy(update={"events": events})
        return Resource(
            name=resource.name,
            display_name=resource.display_name,
            spec=spec,
            labels=resource.labels,
            annotations=resource.annotations,
            secrets=resource.secrets,
        )

    def save(self, resource: Resource[WebhookSpec], *, actor: Actor) -> str | None:
        """Answers the secret when one was made."""
        _, made = save_webhook(
            slug=resource.name,
            name=resource.display_name,
            events=resource.spec.events,
            url=resource.spec.url,
            secret=resource.secrets.get("secret"),
            enabled=resource.spec.enabled,
            actor=actor,
        )
        return made or None

    def remove(self, identity: str, *, actor: Actor) -> str:
        remove_webhook(slug=identity, actor=actor)
        return "delete"

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        hook = OutgoingWebhook.objects.filter(contact__slug=identity).first()
        try:
            return hook is not None and hook.secret.reveal() == raw
        except SecretUnreadable:
            return False


def _url(hook: OutgoingWebhook) -> str:
    try:
        return hook.contact.address.reveal()
    except SecretUnreadable:
        return ""
