"""The vendors of channels that speak HTTP, each by its documented rules, on one local server.

`with Providers() as vendors:` then point the settings at `vendors.settings()`. What was taken is in
`vendors.inbox`; `vendors.faults` are answered instead, in order, and `vendors.lost` accepts and
never answers. Whatever breaks a vendor's rule is answered as the vendor would.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from tests.fakes.tracker_server import Answer, FakeServer

SID, TOKEN, FROM = "AC" + "0" * 32, "token-of-the-account", "+4930000000"
BOT = "123456:bot-token"


@dataclass(frozen=True)
class Taken:
    vendor: str
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class Browser:
    """A browser that has subscribed to push; reads what is sent to it."""

    def __init__(self, endpoint: str) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = b"0123456789abcdef"
        point = self._private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": _b64(point), "auth": _b64(self._auth)}
        self.subscription = json.dumps({"endpoint": endpoint, "keys": keys})

    def read(self, body: bytes) -> dict[str, Any]:
        text = http_ece.decrypt(
            body, private_key=self._private, auth_secret=self._auth, version="aes128gcm"
        )
        found: dict[str, Any] = json.loads(text)
        return found


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Providers(FakeServer):
    def __init__(self) -> None:
        super().__init__()
        self.inbox: list[Taken] = []

    def settings(self) -> dict[str, Any]:
        return {
            "AIRE_ALLOW_PRIVATE_NETWORK": "127.0.0.1",
            "AIRE_TWILIO_ACCOUNT_SID": SID,
            "AIRE_TWILIO_AUTH_TOKEN": TOKEN,
            "AIRE_TWILIO_FROM": FROM,
            "AIRE_TWILIO_API_URL": self.url,
            "AIRE_NTFY_URL": self.url + "/ntfy",
            "AIRE_TELEGRAM_BOT_TOKEN": BOT,
            "AIRE_TELEGRAM_API_URL": self.url,
        }

    def browser(self) -> Browser:
        return Browser(f"{self.url}/push/1")

    def read(self, raw: bytes) -> bytes:
        return raw

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        named = {name.lower(): value for name, value in headers.items()}
        for pattern, vendor in _VENDORS:
            if method == "POST" and re.fullmatch(pattern, path):
                wrong, read, said = vendor(named, body)
                if wrong is not None:
                    return wrong
                self.inbox.append(Taken(vendor.__name__, read, named))
                return said
        return Answer(404, {"message": "no such address"})


def sms(headers: dict[str, str], raw: bytes) -> tuple[Answer | None, Any, Answer]:
    """https://www.twilio.com/docs/messaging/api/message-resource"""
    fields = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
    login = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    if headers.get("authorization") != f"Basic {login}":
        return _twilio(401, 20003, "Authenticate"), None, Answer(500)
    if not re.fullmatch(r"\+[1-9]\d{6,14}", fields.get("To", "")):
        return _twilio(400, 21211, "Invalid 'To' Phone Number"), None, Answer(500)
    if fields["To"].endswith("0000"):
        return _twilio(400, 21610, "Attempt to send to unsubscribed recipient"), None, Answer(500)
    if len(fields.get("Body", "x")) > 1_600:
        return _twilio(400, 21617, "The concatenated message body exceeds 1600"), None, Answer(500)
    if "Body" not in fields and "Url" not in fields:
        return _twilio(400, 21602, "Message body is required"), None, Answer(500)
    return None, fields, Answer(201, {"sid": f"SM{len(raw):032d}", "status": "queued"})


def call(headers: dict[str, str], raw: bytes) -> tuple[Answer | None, Any, Answer]:
    return sms(headers, raw)


def _twilio(status: int, code: int, words: str) -> Answer:
    return Answer(status, {"code": code, "message": words, "status": status})


def ntfy(headers: dict[str, str], raw: bytes) -> tuple[Answer | None, Any, Answer]:
    """https://docs.ntfy.sh/publish/#publish-as-json"""
    body = json.loads(raw)
    if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", body.get("topic", "")):
        return Answer(400, {"code": 40009, "error": "invalid topic"}), None, Answer(500)
    if len(body.get("message", "").encode()) > 4_096:
        return Answer(413, {"code": 41301, "error": "too large"}), None, Answer(500)
    if not 1 <= body.get("priority", 3) <= 5 or len(body.get("actions", [])) > 3:
        return (
            Answer(400, {"code": 40017, "error": "invalid priority or actions"}),
            None,
            Answer(500),
        )
    return None, body, Answer(200, {"id": "ntfy-1", "event": "message"})


def telegram(headers: dict[str, str], raw: bytes) -> tuple[Answer | None, Any, Answer]:
    """https://core.telegram.org/bots/api#sendmessage"""
    body = json.loads(raw)
    if str(body["chat_id"]) == "404404":
        said = {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
        return Answer(400, said), None, Answer(500)
    if not 1 <= len(body["text"].encode("utf-16-le")) // 2 <= 4_096:
        return Answer(400, {"ok": False, "description": "message is too long"}), None, Answer(500)
    return None, body, Answer(200, {"ok": True, "result": {"message_id": 7}})


def push(headers: dict[str, str], raw: bytes) -> tuple[Answer | None, Any, Answer]:
    """RFC 8030, 8188 and 8292: the length, the headers and the signature are looked at."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    needed = headers.get("content-encoding") == "aes128gcm" and headers.get("ttl", "").isdigit()
    if scheme != "vapid" or "t=" not in rest or not Vapid02.verify(f"vapid {rest}"):
        return Answer(401, "unauthorized"), None, Answer(500)
    if not needed or len(raw) > 4_096 or len(headers.get("topic", "")) > 32:
        return Answer(413 if len(raw) > 4_096 else 400, "bad request"), None, Answer(500)
    return None, raw, Answer(201, None, (("Location", "/push/message/1"),))


def teams(headers: dict[str, str], raw: bytes) -> tuple[Answer | None, Any, Answer]:
    """An Adaptive Card in an attachment; more than 28 KB is refused."""
    body = json.loads(raw)
    card = body["attachments"][0]["content"]
    if len(raw) > 28_000:
        return Answer(413, "too large"), None, Answer(500)
    if body["type"] != "message" or card["type"] != "AdaptiveCard":
        return Answer(400, "Bad payload"), None, Answer(500)
    return None, body, Answer(202)


def mattermost(headers: dict[str, str], raw: bytes) -> tuple[Answer | None, Any, Answer]:
    body = json.loads(raw)
    if not body.get("text") and not body.get("attachments"):
        return Answer(400, {"message": "Unable to parse incoming data"}), None, Answer(500)
    return None, body, Answer(200, "ok")


def hook(headers: dict[str, str], raw: bytes) -> tuple[Answer | None, Any, Answer]:
    return None, raw, Answer(204)


_VENDORS = (
    (rf"/2010-04-01/Accounts/{SID}/Messages\.json", sms),
    (rf"/2010-04-01/Accounts/{SID}/Calls\.json", call),
    (r"/ntfy", ntfy),
    (rf"/bot{BOT}/sendMessage", telegram),
    (r"/push/\w+", push),
    (r"/teams/\w+", teams),
    (r"/mattermost/\w+", mattermost),
    (r"/hook/\w+", hook),
)
