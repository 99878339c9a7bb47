"""Config as code: reading files, planning, applying, exporting. No meaning of any kind here."""
