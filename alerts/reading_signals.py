"""Calls a source's format on a receipt and answers a reading or a plain reason. No database."""

from __future__ import annotations

from alerts.facts import SourceFacts
from alerts.formats import reader_of
from alerts.models import Receipt
from alerts.signals import Reading, Unreadable
from core.logs import get_logger

log = get_logger(__name__)


def read(receipt: Receipt, source: SourceFacts) -> tuple[Reading | None, str]:
    """(reading, "") or (None, why not). Never raises: whatever a payload does, it is kept."""
    reader = reader_of(receipt.format)
    if reader is None:
        return None, f"There is no format named {receipt.format}."
    encoding = receipt.headers.get("content-encoding")
    if encoding:
        return None, f"The body could not be unpacked as {encoding}."
    options = {
        **source.options,
        "receipt_id": str(receipt.pk),
        "received_at": receipt.received_at,
    }
    try:
        reading = reader.read(bytes(receipt.body), headers=receipt.headers, options=options)
    except Unreadable as error:
        return None, str(error)
    except Exception as error:
        # A bug of ours or a payload nobody thought of: the receipt waits for a person.
        log.exception("format_failed", format=receipt.format, receipt=str(receipt.pk))
        return None, f"Reading it as {reader.title} failed ({type(error).__name__})."
    if not (reading.signals or reading.notes or reading.measured):
        return None, f"It holds nothing that {reader.title} sends as an alert."
    return reading, ""
