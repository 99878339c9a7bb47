"""Reads of templates. They hold no secrets: whoever is signed in sees all of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from core.errors import NotFound
from postmortems.models import Postmortem, TemplateVersion
from postmortems.template_body import TemplateBody, read_body


@dataclass(frozen=True, slots=True)
class TemplateRow:
    version: TemplateVersion
    body: TemplateBody
    documents: int


@dataclass(frozen=True, slots=True)
class TemplatePage:
    version: TemplateVersion
    body: TemplateBody
    versions: list[TemplateVersion]

    @property
    def is_newest(self) -> bool:
        return self.version.number == self.versions[0].number


def all_templates() -> list[TemplateRow]:
    """The newest version of each, those that are not chosen any more at the end. Two queries."""
    rows = TemplateVersion.objects.select_related("template").order_by("template_id", "-number")
    used = Postmortem.objects.order_by().values("template_version__template")
    counts = dict(used.annotate(n=Count("pk")).values_list("template_version__template", "n"))
    found = [
        TemplateRow(row, read_body(row.body), counts.get(row.template_id, 0))
        for row in rows.distinct("template_id")
    ]
    return sorted(
        found,
        key=lambda one: (
            one.version.template.retired,
            one.version.template.position,
            one.version.template.slug,
        ),
    )


def version_of(slug: str) -> TemplateVersion:
    """The newest. Raises `NotFound`."""
    rows = TemplateVersion.objects.select_related("template").filter(template__slug=slug)
    version = rows.order_by("-number").first()
    if version is None:
        raise NotFound(f"There is no template “{slug[:63]}”.")
    return version


def template_page(slug: str, number: str = "") -> TemplatePage:
    rows = TemplateVersion.objects.select_related("template", "created_by")
    versions = list(rows.filter(template__slug=slug).order_by("-number")[:200])
    wanted = [row for row in versions if not number or str(row.number) == number]
    if not wanted:
        raise NotFound(f"There is no template “{slug[:63]}”, or not in this version.")
    return TemplatePage(wanted[0], read_body(wanted[0].body), versions)
