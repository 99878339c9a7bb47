"""From one shift to the next: notes, and the notices that a shift begins or ends."""
