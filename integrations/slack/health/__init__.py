"""Whether Slack works for this installation: the workspace, scopes, faults, the app's manifest."""
