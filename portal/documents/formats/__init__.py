"""Files in, text out: what a Word, OpenDocument, PDF or text file says, line by line. Knows no database."""

from portal.documents.formats.opening import source_at, source_of
from portal.documents.formats.pictures import page_count, page_picture
from portal.documents.formats.shapes import Box, Page, Source, UnreadableFile

__all__ = ["Box", "Page", "Source", "UnreadableFile", "page_count", "page_picture", "source_at", "source_of"]
