"""Azure Machine Learning through Event Grid: models as changes, drift and failed runs as alerts."""
