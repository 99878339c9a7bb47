"""Slack's numbers, with room left where an escape may lengthen a text.

https://docs.slack.dev/reference/block-kit/blocks and …/block-elements, …/views.
"""

from __future__ import annotations

from typing import Final

HEADER: Final = 150
SECTION: Final = 3_000
FIELDS: Final = 10
FIELD: Final = 2_000
CONTEXT_ELEMENTS: Final = 10
CONTEXT: Final = 2_000
ACTIONS: Final = 25
BUTTON: Final = 75
VALUE: Final = 2_000
URL: Final = 3_000
OPTION: Final = 75
OPTION_VALUE: Final = 150
OPTIONS: Final = 100
OVERFLOW: Final = 5
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
ID: Final = 255
LABEL: Final = 2_000
PLACEHOLDER: Final = 150
INPUT: Final = 3_000
MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
VIEW_TITLE: Final = 24
METADATA: Final = 3_000
TEXT: Final = 3_000
"""Of a message's `text`: Slack advises 4,000 at most."""

MESSAGE: Final = 12_500
"""Characters of all blocks of a message together. Undocumented: `msg_blocks_too_long` comes near
13,200 (https://github.com/slackapi/bolt-js/issues/2509)."""

VIEW: Final = 60_000
"""Of a view: Slack takes 250 KB of JSON."""

QUOTE: Final = 2_800
"""Of what somebody wrote: the rest is a click away."""

MORE: Final = "… open in AIRE"
