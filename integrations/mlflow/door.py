"""How MLflow signs: `v1,<base64>` over "<delivery id>.<timestamp>.<body>"."""

from __future__ import annotations

from datetime import datetime

from alerts.ingest.doors import Call, Manners, named_by
from alerts.ingest.signatures import base64_of, fresh, same


def _verify(call: Call, secret: str, now: datetime) -> bool:
    delivery = call.headers.get("x-mlflow-delivery-id", "")
    stamp = call.headers.get("x-mlflow-timestamp", "")
    version, _, given = call.headers.get("x-mlflow-signature", "").partition(",")
    signed = f"{delivery}.{stamp}.".encode()
    right = same(given, base64_of(secret, signed, call.body))
    return version == "v1" and fresh(stamp, now) and right


MANNERS = Manners(verify=_verify, delivery=named_by("x-mlflow-delivery-id"))
