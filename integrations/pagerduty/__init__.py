"""Senders that speak PagerDuty's Events API v2."""
