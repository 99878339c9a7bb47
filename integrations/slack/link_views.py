"""Linking somebody's own Slack account, in the browser. The services decide."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import current_user, web_actor
from core.errors import Conflict
from integrations.slack.linking import link_accounts, unlink_accounts, wish_of
from integrations.slack.models import SlackIdentity


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    known = SlackIdentity.objects.filter(user=current_user(request)).first()
    return render(request, "slack/mine.html", {"identity": known})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the address does nothing: it takes a yes of whoever is signed in, who sees first
    which Slack account would act as them."""
    user, wish = current_user(request), wish_of(token)
    if request.method == "POST":
        number = link_accounts(wish=wish, user=user, actor=web_actor(request))
        done = " What you asked for in Slack is being done now." if number else ""
        messages.success(request, f"Your Slack account is linked.{done}")
        return redirect("slack:mine")
    before = SlackIdentity.objects.filter(user=user).first()
    other = bool(wish.email and wish.email.lower() != user.email.lower())
    context = {"wish": wish, "before": before, "other": other}
    return render(request, "slack/link.html", context)


@require_POST
def unlink(request: HttpRequest) -> HttpResponse:
    try:
        unlink_accounts(user=current_user(request), actor=web_actor(request))
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Your Slack account is no longer linked.")
    return redirect("slack:mine")
