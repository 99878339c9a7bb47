"""Hand-off notes: read and written in place, for whoever may respond."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.permissions import current_user, require_role, web_actor
from core.errors import Invalid
from oncall import selectors
from oncall.handoff import services
from oncall.handoff.models import HandoffNote

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
def handoff(request: HttpRequest, slug: str) -> HttpResponse:
    user = current_user(request)
    schedule = selectors.schedule_for(user, slug)
    errors: list[str] = []
    if request.method == "POST":
        require_role(user, Role.RESPONDER)
        try:
            services.write_note(
                schedule=schedule,
                text=request.POST.get("text", ""),
                author=user,
                actor=web_actor(request),
            )
        except Invalid as error:
            errors = [line for lines in error.errors.values() for line in lines]
        else:
            messages.success(request, "Written. Whoever comes next finds it on their first page.")
            home = request.POST.get("next") == "home"
            return redirect("oncall:home") if home else redirect("oncall:handoff", slug=slug)
    notes = HandoffNote.objects.filter(schedule=schedule).select_related("author")[:SHOWN]
    context = {
        "schedule": schedule,
        "notes": notes,
        "errors": errors,
        "text": request.POST.get("text", ""),
    }
    status = 422 if errors else 200
    return render(request, "oncall/handoff.html", context, status=status)
