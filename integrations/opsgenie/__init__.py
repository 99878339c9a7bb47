"""Opsgenie's Alert API and heartbeats, for senders that used to send there."""
