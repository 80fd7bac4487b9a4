"""What the portal costs, as multiples of the least application that does the same. ``make bench``."""
