"""app_home_opened: draws somebody's own page in Slack."""

from __future__ import annotations

from accounts.models import User
from chatops import talking
from chatops.surface import Block, Button, Buttons, Home, Text
from integrations.slack.client import call
from integrations.slack.events.arrival import Arrival
from integrations.slack.inbox.drawing import look
from integrations.slack.linking import link_url
from integrations.slack.people import person_of
from integrations.slack.render import home


def on_home_opened(arrival: Arrival) -> None:
    known = person_of(arrival.user, team=arrival.team)
    if known.user is not None:
        publish_home(known.user, arrival.user)
        return
    blocks: tuple[Block, ...] = (Text((known.refusal,)),)
    if known.may_link:
        url = link_url(slack_user_id=arrival.user, team=arrival.team)
        blocks = (*blocks, Buttons((Button("link", "Link account", style="primary", url=url),)))
    _publish(Home((*blocks, *talking.help_text().blocks)), arrival.user)


def publish_home(user: User, slack_user_id: str) -> None:
    _publish(talking.home(user=user), slack_user_id)


def _publish(shown: Home, slack_user_id: str) -> None:
    call("views.publish", {"user_id": slack_user_id, "view": home(shown, look(shown))})
