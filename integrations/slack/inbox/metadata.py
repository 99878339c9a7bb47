"""What a form carries with it through Slack: signed, for one person, for a day.

The person's own client sends it back and may have changed it. What is read here was written here;
what it says is checked against the database all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core import signing

from core.errors import Invalid
from integrations.slack.render.limits import METADATA

SALT = "integrations.slack.form"
LIVES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """Which form it is and where it was asked for. `response_url` is where its outcome is said."""

    form: str
    state: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""
    response_url: str = ""


def sealed(origin: Origin, *, slack_user_id: str) -> str:
    """Within Slack's 3,000 characters; the response_url is let go where it has no room."""
    content = {
        "form": origin.form,
        "state": dict(origin.state),
        "channel": origin.channel,
        "url": origin.response_url,
        "for": slack_user_id,
    }
    text = signing.dumps(content, salt=SALT, compress=True)
    if len(text) > METADATA:
        text = signing.dumps({**content, "url": ""}, salt=SALT, compress=True)
    return text


def opened(text: str, *, slack_user_id: str) -> Origin:
    """Raises `Invalid` for what was changed, is of somebody else or too old."""
    try:
        content: dict[str, Any] = signing.loads(text, salt=SALT, max_age=LIVES)
    except signing.SignatureExpired as error:
        raise Invalid("This form is older than a day. Open it again.") from error
    except signing.BadSignature as error:
        raise Invalid("This form is not as AIRE made it. Open it again.") from error
    if content["for"] != slack_user_id:
        raise Invalid("This form was opened by somebody else. Open it yourself.")
    return Origin(content["form"], content["state"], content["channel"], content["url"])
