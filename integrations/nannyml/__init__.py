"""NannyML: drift and estimated performance by chunks of time."""
