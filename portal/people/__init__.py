"""Persons, units, roles held from–to, substitutes, sessions and sign-in."""
