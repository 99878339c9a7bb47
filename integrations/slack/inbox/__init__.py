"""What Slack sent, kept as rows, and worked off one by one."""
