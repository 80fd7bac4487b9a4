"""Stored files, and documents out: JSON in, bytes out. Knows no table of what the documents are about."""
