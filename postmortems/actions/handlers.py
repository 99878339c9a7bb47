"""What follow-ups do when they hear events. Each handler may be called twice."""

from __future__ import annotations

from accounts.events import UserDeactivated
from accounts.models import User
from postmortems.actions.nudges import tell_of_lost_owner


def on_user_deactivated(event: UserDeactivated) -> None:
    """The managers learn which follow-ups nobody owes any more."""
    user = User.objects.filter(pk=event.user_id, is_active=False).first()
    if user is not None:
        tell_of_lost_owner(user=user)
