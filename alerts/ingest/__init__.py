"""The way in: plain ASGI handlers that commit raw bytes before they answer. No reading here."""
