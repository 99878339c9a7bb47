"""Drills: simulated AI failures through the real pipeline, and how well people met them."""
