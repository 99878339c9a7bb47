"""BI-S: keys and signatures. 401 with one and the same answer, and nothing stored."""

from __future__ import annotations

import hashlib
import hmac
import time

from tests.bad_input.corpus import NOTHING, READ, SECRET, Case, alert, refused
from tests.integrations.captured import body

GOOD = alert()
NO = refused(401)
SIGNED = "/in/{signed}/github/"
MONITOR = body("langfuse", "monitor-alert")
PUSHED = body("github", "deployment-status-success")
RIGHT = "sha256=6794d729b65bbae1ddd730568127960f0a181652c69f4019d515e762edd426d1"


def _bearer(name: str, value: str) -> Case:
    return Case(name, GOOD, "/in/alertmanager/", {"authorization": value}, status=NO,
                outcome=NOTHING)  # fmt: skip


def _signed(name: str, headers: dict[str, str], payload: bytes = PUSHED) -> Case:
    given = {"x-github-event": "deployment_status", **headers}
    return Case(name, payload, SIGNED, given, status=NO, outcome=NOTHING)


def _made(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _timed(name: str, stamp: str) -> Case:
    """Signed with the right secret at this time, as Langfuse does."""
    signature = f"t={stamp},s={_made(SECRET, f'{stamp}.'.encode() + MONITOR)}"
    return Case(name, MONITOR, "/in/{timed}/langfuse/", {"x-langfuse-signature": signature},
                status=NO, outcome=NOTHING)  # fmt: skip


CASES = [
    Case("no key", GOOD, "/in/alertmanager/", status=NO, outcome=NOTHING),
    _bearer("an empty bearer", "Bearer "),
    Case("a key with a space behind", GOOD, "/in/{alertmanager}%20/alertmanager/",
         status=NO, outcome=NOTHING),
    Case("a revoked key", GOOD, "/in/{revoked}/alertmanager/", status=NO, outcome=NOTHING),
    Case("a key that was rotated out", GOOD, "/in/{rotated}/alertmanager/", status=NO,
         outcome=NOTHING),
    Case("a key of another source reads as that source", GOOD, "/in/{second}/alertmanager/",
         outcome=READ),
    Case("a key in the query only", GOOD, "/in/alertmanager/?key={alertmanager}", status=NO,
         outcome=NOTHING),
    Case("a right beginning, a wrong checksum", GOOD, "/in/{alertmanager}x/alertmanager/",
         status=NO, outcome=NOTHING),
    _bearer("a bearer of 1 MB", "Bearer " + "k" * 1_000_000),
    _bearer("basic where bearer is due", "Basic e30="),
    _signed("no signature", {}),
    _signed("an empty signature", {"x-hub-signature-256": ""}),
    _signed("a signature of an empty body", {"x-hub-signature-256": RIGHT}, b""),
    _signed("a signature in capitals", {"x-hub-signature-256": RIGHT.upper()}),
    _signed("a signature of one byte", {"x-hub-signature-256": RIGHT[:9]}),
    _signed("a signature of another body", {"x-hub-signature-256": RIGHT}, PUSHED + b" "),
    _signed("a body written anew", {"x-hub-signature-256": RIGHT},
            PUSHED.replace(b'":', b'": ')),
    _signed("versions mixed", {"x-hub-signature-256": f"v0={RIGHT[7:]},v1={RIGHT[7:]}"}),
    _signed("SHA-1 only", {"x-hub-signature": "sha1=ec9a6b284ffdf97090543db716c22796bf23a912"}),
    _signed("two signatures in one", {"x-hub-signature-256": f"{RIGHT}, {RIGHT}"}),
    _signed("signed with an empty secret", {"x-hub-signature-256": f"sha256={_made('', PUSHED)}"}),
    _signed("signed with the secret of an example",
            {"x-hub-signature-256": f"sha256={_made('change-me', PUSHED)}"}),
    _timed("signed too long ago", str(int(time.time()) - 301)),
    # Not a second ahead of what is tolerated, but by as long as other tests may take before.
    _timed("signed too far ahead", str(int(time.time()) + 7_200)),
    _timed("signed at no time", "abc"),
    _timed("signed at a time of 400 digits", "9" * 400),
    Case("the key of a signed source at another format's address", GOOD,
         "/in/{signed}/alertmanager/", status=NO, outcome=NOTHING),
    Case("the key of a signed source at another sender's address", GOOD, "/api/v2/alerts",
         {"authorization": "Bearer {signed}"}, status=refused(400, 401), outcome=NOTHING),
    Case("the right signature", PUSHED, SIGNED,
         {"x-hub-signature-256": RIGHT, "x-github-event": "deployment_status"}, outcome=READ),
    Case("the same signed delivery once more", PUSHED, SIGNED,
         {"x-hub-signature-256": RIGHT, "x-github-event": "deployment_status"}, outcome=READ),
]  # fmt: skip
