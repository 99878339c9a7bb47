"""AIRE's surfaces (`chatops.surface`) as Slack's Block Kit, within Slack's limits. Pure.

`limits` are the numbers, `words` the escaping, `elements` what can be pressed, `blocks` the
blocks of messages, `messages` whole messages, `views` modals and the home tab, `reading` the way
back from what Slack sends.
"""

from integrations.slack.render.messages import message
from integrations.slack.render.views import errors, home, loading, options, view
from integrations.slack.render.words import Look

__all__ = ["Look", "errors", "home", "loading", "message", "options", "view"]
