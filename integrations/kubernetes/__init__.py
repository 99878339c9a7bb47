"""Kubernetes as a remedy: rollouts, scale, ConfigMaps and InferenceServices."""
