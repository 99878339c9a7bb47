"""Messages of Slack that people put on a timeline, and what follows when they change."""
