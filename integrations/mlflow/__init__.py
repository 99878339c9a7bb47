"""MLflow's registry webhooks: models and prompts as changes, budgets as alerts."""
