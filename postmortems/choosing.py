"""Which template an incident's document begins with. Reads the templates; no rules but `fits`."""

from __future__ import annotations

from collections.abc import Collection

from core.errors import Unavailable
from postmortems.models import TemplateVersion
from postmortems.template_body import TemplateBody, read_body


def current_versions() -> list[TemplateVersion]:
    """The newest version of each template that is not retired, in their order."""
    rows = (
        TemplateVersion.objects.filter(template__retired=False)
        .select_related("template")
        .order_by("template_id", "-number")
        .distinct("template_id")
    )
    return sorted(rows, key=lambda row: (row.template.position, row.template.slug))


def template_for(
    kinds: Collection[str], classes: Collection[str]
) -> tuple[TemplateVersion, TemplateBody]:
    """The most particular one that fits; the surest class counts first. Raises `Unavailable` where
    every template was retired."""
    candidates = [(version, read_body(version.body)) for version in current_versions()]
    for some in (list(classes)[:1], list(classes)):
        fitting = [(body.fits(kinds, some), version, body) for version, body in candidates]
        best = max(fitting, key=lambda item: item[0], default=None)
        if best is not None and best[0] > 1:
            return best[1], best[2]
    general = [item for item in candidates if item[1].fits(kinds, ())]
    if not general and not candidates:
        raise Unavailable(
            "There is no postmortem template. Make one under Settings, or run "
            "manage.py load_postmortem_templates.",
            retry_after=60,
        )
    return general[0] if general else candidates[-1]
