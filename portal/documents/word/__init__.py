"""Word files out: the tjänsteskrivelse as a letter that a municipality would send, from the data that the PDF is made of."""

from portal.documents.word.letter import MIME, letter

__all__ = ["MIME", "letter"]
