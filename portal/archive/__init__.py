"""Closing, reopening and archiving a case."""
