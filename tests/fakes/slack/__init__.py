"""A Slack on free local ports: enforces the documented rules and keeps what was posted.

`with FakeSlack() as slack:` then point `AIRE_SLACK_API_URL` at `slack.url` and
`AIRE_SLACK_BOT_TOKEN` at `slack.token`. `slack.add_user(email)` makes people known,
`slack.channels` holds the channels the app is in, `slack.views` the modals and homes that people
see. `slack.script(…)` makes the next calls fail. `slack.socket` is the other end of Socket Mode.

A method of the Web API is a function with `@method(…)` in one of the files here, which names its
scope and its rate; `limits.py` has the sizes.
"""

from __future__ import annotations

from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.world import (
    APP_TOKEN,
    BOT_TOKEN,
    SIGNING_SECRET,
    TEAM,
    Channel,
    Fault,
    Member,
    Post,
    View,
)

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "SIGNING_SECRET",
    "TEAM",
    "Channel",
    "FakeSlack",
    "Fault",
    "Member",
    "Post",
    "View",
]
