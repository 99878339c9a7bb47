""" "Tell this person this": messages, channels, deliveries and their attempts."""
