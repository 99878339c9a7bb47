"""GitLab as a remedy: pipelines."""
