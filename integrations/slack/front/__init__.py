"""Where Slack knocks, over HTTP or Socket Mode: read, checked, kept and answered at once."""
