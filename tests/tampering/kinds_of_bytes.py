"""Bytes of a sealed file changed, added or taken away."""

import re

from tests.tampering.kind import contents, flipped, kind
from tests.tampering.stage import Stage, byte_range, with_byte_range


@kind("seal", "file")
def byte_flipped_in_the_content_of_a_page(stage: Stage) -> bytes:
    pdf = stage.sealed()
    return flipped(pdf, pdf.index(b"stream", len(pdf) // 3) + 200)


@kind("seal", "file")
def byte_flipped_in_the_structure(stage: Stage) -> bytes:
    pdf = stage.sealed()
    return flipped(pdf, pdf.index(b"/Lang(") + 7)


@kind("seal")
def byte_flipped_in_the_signature(stage: Stage) -> bytes:
    pdf = stage.sealed()
    start, end = contents(pdf)
    digits = pdf[start:end].rstrip(b"0")
    at = start + len(digits) - 9  # in the signature's value, which stands last
    return pdf[:at] + (b"1" if pdf[at : at + 1] != b"1" else b"2") + pdf[at + 1 :]


@kind("seal", "file")
def junk_in_the_padding_of_the_signature(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, end = contents(pdf)
    return pdf[: end - 20] + b"DEADBEEF" + pdf[end - 12 :]


@kind("seal")
def signature_zeroed(stage: Stage) -> bytes:
    pdf = stage.sealed()
    start, end = contents(pdf)
    return pdf[:start] + b"0" * (end - start) + pdf[end:]


@kind("seal", "file")
def byte_range_missing(stage: Stage) -> bytes:
    return stage.sealed().replace(b"/ByteRange", b"/ByteRangx")


@kind("seal", "file")
def byte_range_negative(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, _end, (_zero, _first, second, last) = byte_range(pdf)
    return with_byte_range(pdf, 0, -9, second, last)


@kind("seal", "file")
def byte_range_overlapping(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, _end, (_zero, first, second, last) = byte_range(pdf)
    return with_byte_range(pdf, 0, second, first, last)


@kind("seal", "file")
def byte_range_shorter(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, _end, (_zero, first, second, last) = byte_range(pdf)
    return with_byte_range(pdf, 0, first, second, last - 50)


@kind("seal", "file")
def byte_range_beyond_the_file(stage: Stage) -> bytes:
    pdf = stage.sealed()
    _start, _end, (_zero, first, second, last) = byte_range(pdf)
    return with_byte_range(pdf, 0, first, second, int("9" * len(str(last))))


@kind("seal", "file")
def byte_range_of_nothing(stage: Stage) -> bytes:
    return with_byte_range(stage.sealed(), 0, 0, 0, 0)


@kind("seal", "file")
def byte_range_of_two_numbers(stage: Stage) -> bytes:
    return with_byte_range(stage.sealed(), 0, byte_range(stage.sealed())[2][1])


@kind("file")
def junk_appended(stage: Stage) -> bytes:
    return stage.sealed() + b"% 5 000 000 kr\n"


@kind("file")
def empty_line_appended(stage: Stage) -> bytes:
    return stage.sealed() + b"\n"


@kind("file", "seal", "changes")
def other_pdf_appended(stage: Stage) -> bytes:
    return stage.sealed() + stage.sealed("other")


@kind("file", "seal")
def bytes_cut_at_the_end(stage: Stage) -> bytes:
    return stage.sealed()[:-100]


@kind(foreign=True)
def bytes_before_the_header(stage: Stage) -> bytes:
    return b"#!/bin/sh\n" + stage.sealed()


@kind("seal")
def seal_cut_away(stage: Stage) -> bytes:
    pdf = stage.sealed()
    return pdf[: pdf.index(b"%%EOF\n") + 6]


@kind("file", "time", "changes", "seal")
def revision_cut_out_between(stage: Stage) -> bytes:
    """The store of certificates is taken out, the time-stamp over it left."""
    pdf = stage.sealed("main", "seal", "B-LTA")
    ends = [found.end() for found in re.finditer(rb"%%EOF\n", pdf)]
    return pdf[: ends[-2]] + pdf[ends[-2] + 3000 :]


@kind("seal", "file")
def number_of_an_object_changed_in_the_cross_references(stage: Stage) -> bytes:
    pdf = stage.sealed()
    at = pdf.index(b"xref\n") + 60
    return pdf[:at] + pdf[at + 20 : at + 40] + pdf[at : at + 20] + pdf[at + 40 :]


@kind("time", "seal")
def document_time_stamp_cut_away(stage: Stage) -> bytes:
    """The signature keeps a time-stamp of its own, but all that it rests on is gone with what stood after it."""
    pdf = stage.sealed("main", "seal", "B-LTA")
    ends = [found.end() for found in re.finditer(rb"%%EOF\n", pdf)]
    return pdf[: ends[1]]
