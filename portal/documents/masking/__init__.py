"""Masked copies of documents, to be handed out: what is hidden is not in the copy, in any form. Knows no case.

``finding`` finds words however they were set, ``passages`` and ``data`` mask what a document of the portal's own says before
it is set anew, ``pages`` paints over the pages of a PDF that someone handed in, ``checking`` looks through what came of it.
"""
