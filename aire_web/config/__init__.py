"""Config as code: reading files, planning, applying, exporting. What the kinds mean is elsewhere."""
