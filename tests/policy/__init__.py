"""Who may do what, as one table: every address × every person × every place of a case, sent as requests."""
