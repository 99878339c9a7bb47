"""Messages by a Telegram bot."""
