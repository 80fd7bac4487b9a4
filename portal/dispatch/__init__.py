"""Expediering: copies and their receipts, mail, notices."""
