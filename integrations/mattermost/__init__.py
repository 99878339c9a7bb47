"""Messages to Mattermost by incoming webhooks."""
