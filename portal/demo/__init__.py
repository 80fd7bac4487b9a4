"""Åkersbro kommun, walked through operations. Imported by the command line only."""
