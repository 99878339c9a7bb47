"""Slack: direct messages, channel posts, and buttons that act."""
