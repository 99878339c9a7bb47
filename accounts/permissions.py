"""Who may do what: roles for people, scopes for API keys. One place, used by pages and API."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiKey, Role, User
from core.actor import Actor, Via
from core.errors import Forbidden

if TYPE_CHECKING:
    # At run time DRF imports this module while it is itself being imported.
    from rest_framework.views import APIView


P = ParamSpec("P")


def require_role(user: User, role: str) -> None:
    """Raise `Forbidden` with a sentence unless the user's role includes `role`."""
    if not user.has_role(role):
        raise Forbidden(
            f"This needs the role {Role(role).label.lower()}. Yours is "
            f"{Role(user.role).label.lower()}; an admin can change it."
        )


def current_user(request: HttpRequest | Request) -> User:
    """The signed-in person of a request that the middleware or DRF has let through."""
    user = request.user
    if not isinstance(user, User):
        raise Forbidden("Sign in first.")
    return user


def web_actor(request: HttpRequest) -> Actor:
    user = current_user(request)
    return Actor(label=str(user), via=Via.WEB, user_id=user.pk)


def api_actor(request: Request) -> Actor:
    user = current_user(request)
    via = Via.API if isinstance(request.auth, ApiKey) else Via.WEB
    return Actor(label=str(user), via=via, user_id=user.pk)


View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def role_required(role: str) -> Callable[[View[P]], View[P]]:
    """Function views for people whose role includes `role`; others get the 403 page."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            require_role(current_user(request), role)
            return view(request, *args, **kwargs)

        return checked

    return decorate


class ApiPermission(BasePermission):
    """Reading needs a signed-in person or the scope `read`; writing the role that the view names
    in `write_role` (responder unless it says otherwise) and the scope `write`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            return False
        safe = request.method in SAFE_METHODS
        if isinstance(request.auth, ApiKey):
            wanted = {"read", "write"} if safe else {"write"}
            if not wanted & set(request.auth.scopes):
                self.message: Any = "This API key lacks the scope for this call."
                return False
        role = Role.VIEWER if safe else getattr(view, "write_role", Role.RESPONDER)
        if not user.has_role(role):
            self.message = f"This call needs the role {Role(role).label.lower()}."
            return False
        return True
