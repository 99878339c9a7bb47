"""Formats of senders, by their captured deliveries."""
