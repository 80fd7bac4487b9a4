"""Is a package what it says? Checked from the file alone: no database, no network."""
