"""Delivery of archived cases to an e-archive: by agreement, in batches, with a ledger of what was sent and received."""
