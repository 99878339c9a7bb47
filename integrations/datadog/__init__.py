"""Datadog monitors, through its webhooks integration."""
