"""The pages about teams: everyone looks, managers change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import selectors, services
from accounts.forms import TeamForm, show_errors
from accounts.models import Role, Team
from accounts.permissions import current_user, role_required, web_actor
from core.errors import Invalid


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    teams = selectors.team_list(current_user(request))
    return render(request, "accounts/team_list.html", {"teams": teams})


@require_safe
def team_detail(request: HttpRequest, slug: str) -> HttpResponse:
    team = selectors.team_page(current_user(request), slug)
    banners = [html for banner in selectors.team_banners if (html := banner(team))]
    return render(request, "accounts/team_detail.html", {"team": team, "banners": banners})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def team_new(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST or None, members=set(), is_new=True)
    if request.method == "POST" and form.is_valid():
        slug = form.cleaned_data["slug"]
        if selectors.visible_teams(current_user(request)).filter(slug=slug).exists():
            form.add_error("slug", "A team has this short name already.")
        else:
            saved = _save(request, form, slug)
            if saved is not None:
                return redirect("accounts:team-detail", slug=saved.slug)
    return render(request, "accounts/team_form.html", {"form": form, "team": None})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.MANAGER)
def team_edit(request: HttpRequest, slug: str) -> HttpResponse:
    team = selectors.team_page(current_user(request), slug)
    members = {member.email for member in team.members.all()}
    initial = {"name": team.name, "members": sorted(members)}
    form = TeamForm(request.POST or None, members=members, is_new=False, initial=initial)
    if request.method == "POST" and form.is_valid() and _save(request, form, slug):
        return redirect("accounts:team-detail", slug=slug)
    return render(request, "accounts/team_form.html", {"form": form, "team": team})


def _save(request: HttpRequest, form: TeamForm, slug: str) -> Team | None:
    data = form.cleaned_data
    try:
        team = services.save_team(
            slug=slug, name=data["name"], member_emails=data["members"], actor=web_actor(request)
        )
    except Invalid as error:
        show_errors(form, error)
        return None
    messages.success(request, f"The team “{team.name}” is saved.")
    return team
