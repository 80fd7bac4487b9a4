"""The working days that the money or an organ allows for each step: their names and bounds. Pure."""

DAYS = ("statement_days", "decision_days", "dispatch_days")
MOST = 60
"""A quarter of a year."""
CHECK = " AND ".join(f"coalesce({name}, 1) BETWEEN 1 AND {MOST}" for name in DAYS)
