"""What a system is made of: its parts with their versions, kept in step by changes."""
