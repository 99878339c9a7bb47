"""What every room shares and none owns: no incident words live here."""
