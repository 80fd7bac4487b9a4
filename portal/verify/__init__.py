"""Is this decision genuine? Checked from the PDF and the log's public key alone: no database, no running portal."""
