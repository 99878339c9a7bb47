"""What managers read: one question a report, definitions beside numbers. Changes no incident."""
