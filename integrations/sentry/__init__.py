"""Sentry: metric alerts, issue alerts and issues."""
