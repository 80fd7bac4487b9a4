"""Word files out, from the data that the PDF is made of: the tjänsteskrivelse as a letter that a municipality would send, and
the list of decisions by delegation that an organ is told of."""

from portal.documents.word.decision_list import decision_list
from portal.documents.word.letter import MIME, letter

__all__ = ["MIME", "decision_list", "letter"]
