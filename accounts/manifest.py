"""User, Team and ApiKey as documents. The rules are the services'; here is only their form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from accounts.models import ApiKey, Role, Team, User
from accounts.services import (
    deactivate_user,
    delete_team,
    revoke_api_key,
    save_api_key,
    save_team,
    save_user,
)
from core.actor import Actor
from core.clock import zone_names
from core.errors import Invalid
from core.manifest import Email, Emails, Kind, Line, Moment, Reference, Resource, Spec, one_of
from core.secrets import key_digest
from core.yaml import Path

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text) or len(text) > 254:
        raise ValueError("this is not a mail address")
    return text


def _zone(text: str) -> str:
    if text not in zone_names():
        raise ValueError("this time zone is not known; an example is Europe/Berlin")
    return text


Zone = Annotated[str, AfterValidator(_zone)]


class UserSpec(Spec):
    email: Annotated[Email, AfterValidator(_address)]
    name: Annotated[Line, Field(max_length=120)] = ""
    role: Annotated[str, one_of(Role.values)] = Role.VIEWER.value
    time_zone: Zone = "UTC"
    active: bool = True


class UserKind(Kind[UserSpec]):
    """Known by the address; `metadata.name` is only a handle. Nobody is ever deleted."""

    name: ClassVar[str] = "User"
    secrets = frozenset({"password"})
    keeps_display_name = False
    service_fields: ClassVar[dict[str, Path]] = {
        "name": ("spec", "name"),
        "is_active": ("spec", "active"),
    }

    @property
    def spec(self) -> type[UserSpec]:
        return UserSpec

    def settle(self, resource: Resource[UserSpec]) -> Resource[UserSpec]:
        """`spec.name` and `displayName` say the same thing; one of them is enough."""
        spec, shown = resource.spec, resource.display_name
        if spec.name and shown not in (spec.name, resource.name):
            raise Invalid(
                "Two names.", errors={"name": ["This differs from metadata.displayName."]}
            )
        spec = spec.model_copy(update={"name": spec.name or shown})
        return replace(resource, spec=spec, display_name=resource.name)

    def identity(self, resource: Resource[UserSpec]) -> str:
        return resource.spec.email

    def present(self) -> dict[str, Resource[UserSpec]]:
        return {user.email.lower(): _described(user) for user in User.objects.order_by("email")}

    def save(self, resource: Resource[UserSpec], *, actor: Actor) -> None:
        spec = resource.spec
        save_user(
            email=spec.email,
            name=spec.name,
            role=spec.role,
            time_zone=spec.time_zone,
            password=resource.secrets.get("password"),
            is_active=spec.active,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        deactivate_user(user=User.objects.get(email__iexact=identity), actor=actor)
        return "deactivate"

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        user = User.objects.filter(email__iexact=identity).first()
        return user is not None and user.check_password(raw)


def handle_of(user: User) -> str:
    """What a document about this person is called when it is exported."""
    handle = re.sub(r"[^a-z0-9]+", "-", user.email.lower().partition("@")[0])[:63].strip("-")
    return handle or "user"


def _described(user: User) -> Resource[UserSpec]:
    handle = handle_of(user)
    spec = UserSpec.model_construct(
        email=user.email.lower(),
        name=user.name,
        role=user.role,
        time_zone=user.time_zone,
        active=user.is_active,
    )
    return Resource(name=handle, display_name=handle, spec=spec)


class TeamSpec(Spec):
    members: Emails = []


class TeamKind(Kind[TeamSpec]):
    name: ClassVar[str] = "Team"

    @property
    def spec(self) -> type[TeamSpec]:
        return TeamSpec

    def present(self) -> dict[str, Resource[TeamSpec]]:
        return {
            team.slug: Resource(
                name=team.slug,
                display_name=team.name,
                spec=TeamSpec.model_construct(
                    members=sorted(user.email.lower() for user in team.members.all())
                ),
            )
            for team in Team.objects.order_by("slug").prefetch_related("members")
        }

    def references(self, resource: Resource[TeamSpec]) -> Iterator[Reference]:
        for email in resource.spec.members:
            yield Reference("User", email, ("members",))

    def save(self, resource: Resource[TeamSpec], *, actor: Actor) -> None:
        save_team(
            slug=resource.name,
            name=resource.display_name,
            member_emails=resource.spec.members,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_team(slug=identity, actor=actor)
        return "delete"


class ApiKeySpec(Spec):
    user: Email
    scopes: Annotated[list[Annotated[str, one_of(ApiKey.Scope.values)]], Field(min_length=1)]
    expires: Moment | None = None


class ApiKeyKind(Kind[ApiKeySpec]):
    """Keys that have a name for documents; those made on a page have none and are no document."""

    name: ClassVar[str] = "ApiKey"
    secrets = frozenset({"key"})
    keeps_display_name = False
    service_fields: ClassVar[dict[str, Path]] = {"expires_at": ("spec", "expires")}

    @property
    def spec(self) -> type[ApiKeySpec]:
        return ApiKeySpec

    def settle(self, resource: Resource[ApiKeySpec]) -> Resource[ApiKeySpec]:
        """Scopes in the order of the model, each once."""
        wanted = resource.spec.scopes
        scopes = [scope for scope in ApiKey.Scope.values if scope in wanted]
        return replace(resource, spec=resource.spec.model_copy(update={"scopes": scopes}))

    def present(self) -> dict[str, Resource[ApiKeySpec]]:
        keys = ApiKey.objects.filter(slug__isnull=False, revoked_at=None).select_related("user")
        return {
            str(key.slug): Resource(
                name=str(key.slug),
                display_name=str(key.slug),
                spec=ApiKeySpec.model_construct(
                    user=key.user.email.lower(), scopes=list(key.scopes), expires=key.expires_at
                ),
            )
            for key in keys.order_by("slug")
        }

    def references(self, resource: Resource[ApiKeySpec]) -> Iterator[Reference]:
        yield Reference("User", resource.spec.user, ("user",))

    def save(self, resource: Resource[ApiKeySpec], *, actor: Actor) -> str | None:
        _, generated = save_api_key(
            slug=resource.name,
            user_email=resource.spec.user,
            scopes=resource.spec.scopes,
            raw=resource.secrets.get("key"),
            expires_at=resource.spec.expires,
            actor=actor,
        )
        return generated

    def remove(self, identity: str, *, actor: Actor) -> str:
        revoke_api_key(key=ApiKey.objects.get(slug=identity), actor=actor)
        return "revoke"

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        return ApiKey.objects.filter(slug=identity, digest=key_digest(raw)).exists()
