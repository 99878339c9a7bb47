"""Where incidents are shown in Slack: announcement channels, and a channel of each incident's own
that is kept in step with its page."""
