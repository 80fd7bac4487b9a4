"""The package of a case for an e-archive: what the portal holds of it, as files that any archive can read and check."""
