"""Statements, the decision, the hand-over to an organ, and its minutes."""
