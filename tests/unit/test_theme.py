"""The municipality's colour as accent: its hue is kept, its readability is not left to chance."""

import pytest

from portal import colours
from portal.settings import SettingsError
from portal.web import theme


def test_black_on_white_has_the_greatest_contrast_there_is() -> None:
    assert colours.contrast(colours.to_oklch("#000000"), colours.to_oklch("#ffffff")) == pytest.approx(21, abs=0.01)


def test_a_known_colour_is_converted_as_browsers_do() -> None:
    lightness, chroma, hue = colours.to_oklch("#ff0000")
    assert (lightness, chroma, hue) == pytest.approx((0.628, 0.2577, 29.23), abs=0.01)


@pytest.mark.parametrize(
    "colour", ["#ffff00", "#00ff00", "#0000ff", "#ff0000", "#ff00ff", "#00ffff", "#777777", "#000000", "#fdfdfd"]
)
def test_text_in_any_municipal_colour_can_be_read_in_both_themes(colour: str) -> None:
    assert theme.least_contrast(colour) >= theme.LEAST_CONTRAST


def test_a_colour_that_cannot_be_read_is_refused_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "LEAST_CONTRAST", 20)
    with pytest.raises(SettingsError, match="kontrasten"):
        theme.check("#1d4f91")


def test_the_sheet_keeps_the_hue_for_both_themes() -> None:
    hue = f"{colours.to_oklch('#1d4f91')[2]:.1f}"
    sheet = theme.style_sheet("#1d4f91")
    assert sheet.count(f" {hue})") == 8
    assert "--accent: light-dark(" in sheet


@pytest.mark.parametrize("colour", ["#ffff00", "#00ff00", "#ff00ff", "#777777", "#fdfdfd", "#1d4f91"])
def test_documents_have_the_municipal_hue_dark_enough_to_be_read_on_paper_and_on_its_wash(colour: str) -> None:
    accent = colours.to_oklch(colours.on_paper(colour))
    for ground in ("#ffffff", "#f5f3ef", colours.wash(colour)):
        assert colours.contrast(accent, colours.to_oklch(ground)) >= theme.LEAST_CONTRAST


def test_a_colour_that_is_already_right_stays_as_it_is() -> None:
    assert colours.to_hex(colours.to_oklch("#1d4f91")) == "#1d4f91"
