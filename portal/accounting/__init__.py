"""The budget entry, redistribution within the granted amount, and the final report."""
