"""Saving templates: a save that changes something is a new version; old ones stay as they are."""

from __future__ import annotations

from django.db import connection, transaction
from pydantic import ValidationError

from accounts.audit import record
from core.actor import Actor, Via
from core.errors import Conflict, Invalid
from core.manifest import NAME
from postmortems.models import PostmortemTemplate, TemplateVersion
from postmortems.shipped import shipped_templates
from postmortems.template_body import TemplateBody

MAX_TITLE = 120
_LOAD_LOCK = 0x7A58_0005
_RELEASE = Actor(label="AIRE", via=Via.ENGINE)


@transaction.atomic
def save_template(
    *,
    slug: str,
    title: str,
    body: TemplateBody,
    actor: Actor,
    expected_number: int | None = None,
) -> TemplateVersion:
    """Create a template, or add a version where it says something else than the last one.

    Documents keep the version that they began with. `Conflict` when `expected_number` is given and
    somebody else has saved a version since."""
    _check(slug, title)
    template, _ = PostmortemTemplate.objects.select_for_update().get_or_create(slug=slug)
    latest = template.versions.first()
    if expected_number is not None and latest is not None and latest.number != expected_number:
        raise Conflict(
            f"Somebody else saved version {latest.number} of this template meanwhile. "
            "Look at it, and send yours again if it should replace it."
        )
    stored = body.stored()
    if latest is not None and latest.title == title and latest.body == stored:
        return latest
    return _add_version(template, title, body, actor, latest)


def retire_template(*, slug: str, actor: Actor) -> str:
    """Choose it no more; answers what was done. Its versions stay, for the documents they made."""
    with transaction.atomic():
        template = PostmortemTemplate.objects.select_for_update().get(slug=slug)
        latest = template.versions.first()
        if latest is not None:
            body = TemplateBody.model_validate(latest.body).model_copy(update={"retired": True})
            save_template(slug=slug, title=latest.title, body=body, actor=actor)
    return "retire"


def load_shipped() -> int:
    """Bring the shipped templates to the state of this release; answers how many were written.

    One that somebody here has changed is theirs and stays as it is."""
    written = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two processes that migrate at once would insert the same rows.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOAD_LOCK])
        latest = _latest_by_slug()
        for item in shipped_templates():
            version = latest.get(item.slug)
            if version is not None and not version.template.shipped:
                continue
            same = version and (version.title, version.body) == (item.title, item.body.stored())
            if same:
                continue
            template = version.template if version else PostmortemTemplate(slug=item.slug)
            template.shipped = True
            template.save()
            _add_version(template, item.title, item.body, _RELEASE, version, audited=False)
            written += 1
    return written


def _add_version(
    template: PostmortemTemplate,
    title: str,
    body: TemplateBody,
    actor: Actor,
    latest: TemplateVersion | None,
    *,
    audited: bool = True,
) -> TemplateVersion:
    template.position, template.retired = body.position, body.retired
    if audited:
        template.shipped = False
    template.save()
    version = TemplateVersion.objects.create(
        template=template,
        number=(latest.number if latest else 0) + 1,
        title=title,
        body=body.stored(),
        created_by_id=actor.user_id,
        created_label=actor.label[:200],
    )
    if audited:
        record(
            actor=actor,
            action="template.save",
            target_kind="postmortem-template",
            target_ref=template.slug,
            number=version.number,
        )
    return version


def _latest_by_slug() -> dict[str, TemplateVersion]:
    rows = TemplateVersion.objects.select_related("template").order_by("template_id", "-number")
    return {row.template.slug: row for row in rows.distinct("template_id")}


def _check(slug: str, title: str) -> None:
    errors: dict[str, list[str]] = {}
    if not NAME.fullmatch(slug):
        errors["slug"] = ["Use small letters, digits and hyphens, for example agent-action."]
    if not title.strip():
        errors["title"] = ["Give it a name that people recognise."]
    elif len(title) > MAX_TITLE or "\x00" in title:
        errors["title"] = [f"At most {MAX_TITLE} printable characters."]
    if errors:
        raise Invalid("The template was not saved.", errors=errors)


def body_of_input(data: object) -> TemplateBody:
    """What an editor or a script sent. Raises `Invalid` naming the place in it."""
    try:
        return TemplateBody.model_validate(data)
    except ValidationError as error:
        errors: dict[str, list[str]] = {}
        for one in error.errors(include_url=False, include_input=False):
            place = ".".join(str(part) for part in one["loc"]) or "body"
            errors.setdefault(place, []).append(one["msg"].removeprefix("Value error, "))
        raise Invalid("The template was not saved.", errors=errors) from error
