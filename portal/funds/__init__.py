"""Avsatta medel: money set aside, its ledger, and the delegations that say who may grant it."""
