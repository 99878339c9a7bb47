"""SLIs, objectives, measurements, error budgets and burn rules."""
