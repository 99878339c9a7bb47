"""Stand-ins for the outside world, for whole-program tests: Slack's Web API and a mail server."""
