"""SHAP: explanations as evidence on incidents."""
