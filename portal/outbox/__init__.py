"""What is to happen after commit: rows with a kind, a payload and a unique key, leased by workers. Knows no domain."""
