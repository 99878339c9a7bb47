"""AI Fairness 360: fairness reports as evidence on incidents."""
