"""Whether a request really comes from Slack: over the raw bytes, before anything is parsed. Pure.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.signature import SignatureVerifier


def is_genuine(headers: Mapping[str, str], body: bytes, *, secret: str) -> bool:
    """Signed with our secret (compared in constant time) within the last five minutes. `headers`
    by lower-case name."""
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    if len(timestamp) > 20 or len(signature) > 200:
        return False
    try:
        return SignatureVerifier(secret).is_valid(
            body=body, timestamp=timestamp, signature=signature
        )
    except (ValueError, TypeError):
        # A timestamp that is no number, a body that is no UTF-8, a signature that is not ASCII.
        return False
