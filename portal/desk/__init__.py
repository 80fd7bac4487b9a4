"""Pages that need everything: Att göra, the case page, lists across packages, the timeline. No tables of its own."""
