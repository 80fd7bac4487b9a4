"""Where a seal must stand and what it must say, tried on the structure alone: each change leaves a file that can be read."""

from collections.abc import Callable

import pytest

from portal.verify.alone import document, signed
from portal.verify.alone.syntax import Name, Ref, UnreadablePdf
from tests import seals
from tests.unit.verify.test_additions import appended

Change = Callable[[bytes], bytes]


def exchanged(old: bytes, new: bytes) -> Change:
    """Other bytes, as many, where ``old`` stands last."""

    def change(pdf: bytes) -> bytes:
        assert len(old) == len(new) and old in pdf
        at = pdf.rindex(old)
        return pdf[:at] + new + pdf[at + len(old) :]

    return change


def _mixed(pdf: bytes) -> bytes:
    """One digit of the seal in the other case: the same number, spelt as nobody spells it."""
    at = pdf.index(b"/Contents <", pdf.index(b"/ByteRange") - 20_000) + 11
    digits = pdf[at : at + 400]
    place = next(place for place, digit in enumerate(digits) if chr(digit).isalpha())
    return pdf[: at + place] + digits[place : place + 1].swapcase() + pdf[at + place + 1 :]


def _again(pdf: bytes) -> bytes:
    """The seal's dictionary once more, in a later revision."""
    view = document.read(pdf).view()
    reference = view.get(view.get(view.catalog()["AcroForm"])["Fields"][0])["V"]
    return appended(pdf, {reference.number: view.get(reference)})


def _form(pdf: bytes, **more: object) -> bytes:
    view = document.read(pdf).view()
    reference = view.catalog()["AcroForm"]
    return appended(pdf, {reference.number: {**view.get(reference), **more}})


def _twice(pdf: bytes) -> bytes:
    view = document.read(pdf).view()
    return _form(pdf, Fields=view.get(view.catalog()["AcroForm"])["Fields"] * 2)


def _kids(pdf: bytes) -> bytes:
    view = document.read(pdf).view()
    field = view.get(view.catalog()["AcroForm"])["Fields"][0]
    return appended(pdf, {field.number: {**view.get(field), "Kids": [Ref(1, 0)]}})


def _catalog(pdf: bytes, **more: object) -> bytes:
    view = document.read(pdf).view()
    return appended(pdf, {view.trailer["Root"].number: {**view.catalog(), **more}})


WRONG: dict[str, Change] = {
    "changes of forms are allowed": exchanged(b"/P 1\n", b"/P 2\n"),
    "another transformation": exchanged(b"/TransformMethod /DocMDP", b"/TransformMethod /DocMDX"),
    "the permissions do not name it": exchanged(b"/DocMDP 2", b"/DocMDX 2"),
    "another kind of signature": exchanged(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached"),
    "a field with a size": exchanged(b"-9999 ]", b"-9998 ]"),
    "it leaves out the first byte": exchanged(b"/ByteRange [0 ", b"/ByteRange [1 "),
    "a seal in mixed letters": _mixed,
    "the form says less": exchanged(b"/SigFlags 3", b"/SigFlags 1"),
    "the form says more": lambda pdf: _form(pdf, NeedAppearances=True),
    "no field": lambda pdf: _form(pdf, Fields=[]),
    "the field twice": _twice,
    "a field with others under it": _kids,
    "the seal given again": _again,
    "another word in the catalog": lambda pdf: _catalog(pdf, PageMode=Name("FullScreen")),
    "no permissions": lambda pdf: _catalog(pdf, Perms={}),
    "more permissions": lambda pdf: _catalog(pdf, Perms={"DocMDP": Ref(1, 0), "UR3": Ref(1, 0)}),
    "other names": lambda pdf: _catalog(pdf, Names={"JavaScript": Ref(1, 0)}),
    "no form": lambda pdf: _catalog(pdf, AcroForm=None),
}


def test_the_seal_of_a_genuine_file_is_found_and_covers_all_but_itself() -> None:
    pdf = seals.honest("B-B", "test").data
    found = signed.find_seal(document.read(pdf))
    assert found.revisions == 2
    assert len(found.covered) + 2 * len(found.message) + 2 == len(pdf)


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_seal_that_stands_or_says_otherwise_is_none(name: str) -> None:
    pdf = WRONG[name](seals.honest("B-B", "test").data)
    with pytest.raises((signed.NotSealed, UnreadablePdf)) as raised:
        signed.find_seal(document.read(pdf))
    assert str(raised.value)
    assert not isinstance(raised.value, UnreadablePdf) or name in ("no form", "no permissions", "more permissions")
