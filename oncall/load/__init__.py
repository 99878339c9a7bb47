"""What being on call costs people: interruptions, hours woken, and what is paid for it."""
