"""Messages to Microsoft Teams by incoming webhooks."""
