"""Disclosure of public records (utlämnande av allmän handling): what was asked for, each document's review, the answer."""
