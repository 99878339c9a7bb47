"""The web push channel: RFC 8030 to the push service of the browser that subscribed.

The text is encrypted for that browser (RFC 8291); the push service cannot read it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from accounts.models import User
from core.urls import safe_href
from integrations.web_push.keys import public_key, signer
from notifications.channels import BadAddress, ContactForm, DeliveryError, Sent
from notifications.links import SUFFIX
from notifications.message import Message, subject
from notifications.posting import post

MAX_PLAIN = 3_000
"""Push services take 4,096 bytes of ciphertext."""
TTL_SECONDS = 3_600
VAPID_SECONDS = 12 * 3_600
RECORD = 4_096
GONE = ("HTTP 404", "HTTP 410")
UNSUBSCRIBED = "This browser no longer takes messages. Switch it on again there."
BROWSERS = {
    "fcm.googleapis.com": "Chrome",
    "updates.push.services.mozilla.com": "Firefox",
    "web.push.apple.com": "Safari",
}


class WebPushChannel:
    name = "web_push"
    title = "Push to this app"
    reaches = True
    form = ContactForm(
        label="Browser",
        help="Switch it on in the browser or on the phone that shall ring.",
        check=lambda text: _subscription(text),
        sees_code=False,
        secret=True,
        typed=False,
    )

    def configured(self) -> bool:
        return True

    def public_key(self) -> str:
        """What a browser subscribes with."""
        return public_key()

    def address_for(self, user: User) -> str | None:
        return None

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        given = json.loads(address)
        endpoint = given["endpoint"]
        try:
            answer = post(
                endpoint,
                who="The push service",
                content=_encrypted(given["keys"], _shown(message, delivery_id, may_repeat)),
                headers={
                    "Content-Encoding": "aes128gcm",
                    "Content-Type": "application/octet-stream",
                    "TTL": str(TTL_SECONDS),
                    "Urgency": "high" if message.kind == "page" else "normal",
                    # The same for each try, so that a repeat replaces what waits at the service.
                    "Topic": _topic(delivery_id),
                    **_signed(endpoint),
                },
                read=lambda said: said.body[:200].decode("utf-8", "replace"),
            )
        except DeliveryError as error:
            if any(gone in error.sentence for gone in GONE):
                raise DeliveryError(UNSUBSCRIBED, permanent=True) from error
            raise
        return Sent(
            provider_ref=answer.headers.get("location", "")[:300],
            detail="Taken by the push service",
        )


CHANNEL = WebPushChannel()


def _shown(message: Message, delivery_id: UUID, may_repeat: bool) -> bytes:
    """What the service worker shows. `acknowledge` is the page that asks, never the act itself."""
    links = [
        href
        for action in message.actions
        if action.name.endswith(SUFFIX) and (href := safe_href(action.url))
    ]
    shown: dict[str, Any] = {
        "title": subject(message, may_repeat=may_repeat)[:200],
        "body": "\n".join(filter(None, (message.why, message.body[:600])))[:900],
        "tag": str(delivery_id),
        "url": safe_href(message.url) or f"{settings.AIRE_BASE_URL}/on-call/",
        "acknowledge": links[0] if links else "",
        "page": message.kind == "page",
    }
    text = json.dumps(shown, ensure_ascii=False).encode()
    while len(text) > MAX_PLAIN:
        shown["body"] = shown["body"][: len(shown["body"]) // 2]
        shown["title"] = shown["title"][:120]
        text = json.dumps(shown, ensure_ascii=False).encode()
        if not shown["body"]:
            break
    return text[:MAX_PLAIN]


def _encrypted(keys: dict[str, str], text: bytes) -> bytes:
    encrypted: bytes = http_ece.encrypt(
        text,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_decoded(keys["p256dh"]),
        auth_secret=_decoded(keys["auth"]),
        version="aes128gcm",
        rs=RECORD,
    )
    return encrypted


def _signed(endpoint: str) -> dict[str, str]:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + VAPID_SECONDS,
        "sub": settings.AIRE_BASE_URL
        if settings.AIRE_BASE_URL.startswith("https://")
        else "mailto:aire@localhost",
    }
    headers: dict[str, str] = signer().sign(claims)
    return headers


def _topic(delivery_id: UUID) -> str:
    """At most 32 characters of base64url (RFC 8030, 5.4)."""
    digest = hashlib.sha256(delivery_id.bytes).digest()[:18]
    return base64.urlsafe_b64encode(digest).decode()


def _subscription(text: str) -> tuple[str, str]:
    """What `PushSubscription.toJSON()` gives: an address and two keys of the browser."""
    try:
        given = json.loads(text)
        endpoint = str(given["endpoint"])
        keys = {name: str(given["keys"][name]) for name in ("p256dh", "auth")}
        point, secret = _decoded(keys["p256dh"]), _decoded(keys["auth"])
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise BadAddress("This is no subscription of a browser.") from error
    if safe_href(endpoint) is None or len(endpoint) > 1_000 or len(secret) != 16:
        raise BadAddress("This is no subscription of a browser.")
    host = urlsplit(endpoint).hostname or ""
    kept = {"endpoint": endpoint, "keys": keys}
    return json.dumps(kept, sort_keys=True), BROWSERS.get(host, host)[:60]


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
