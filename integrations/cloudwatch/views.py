"""A manager's word that a topic may send."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from accounts.permissions import current_user, role_required, web_actor
from alerts.source_selectors import source_for
from core.errors import AireError
from integrations.cloudwatch import subscriptions


@require_safe
def topics(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics that asked, and what became of each."""
    source = source_for(current_user(request), slug)
    context = {"source": source, "rows": subscriptions.topics_of(source)}
    return render(request, "cloudwatch/topics.html", context)


@require_POST
@role_required(Role.MANAGER)
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    source = source_for(current_user(request), slug)
    try:
        subscriptions.confirm(source=source, pk=pk, actor=web_actor(request))
    except AireError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "AIRE is confirming it with AWS. Reload in a moment.")
    return redirect("sns-topics", slug=slug)
