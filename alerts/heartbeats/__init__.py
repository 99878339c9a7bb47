"""Dead man's switches: something must be heard of in time, and its silence is an alert."""
