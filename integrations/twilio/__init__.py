"""Text messages and calls over Twilio, or over whoever speaks its API."""
