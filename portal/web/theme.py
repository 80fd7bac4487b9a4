"""The municipality's own colour as the accent of the pages, always readable.

Only hue and strength are taken from the setting: lightness is the style sheet's own, so text and buttons keep their
contrast in both themes. It is still measured at start (WCAG 2.2, 1.4.3: 4.5:1).
"""

from dataclasses import dataclass

from portal.colours import ACCENT, WASH, Oklch, contrast, shade, to_oklch
from portal.settings import SettingsError

LEAST_CONTRAST = 4.5
_PAPER = ((0.977, 0.004, 85.0), (0.205, 0.004, 75.0))  # the page in the light and the dark theme


@dataclass(frozen=True, slots=True)
class Token:
    """A colour token: lightness and the most chroma it may have, in the light and in the dark theme."""

    name: str
    light: tuple[float, float]
    dark: tuple[float, float]


_TOKENS = (
    Token("--accent", ACCENT, (0.8, 0.1)),
    Token("--accent-deep", (0.35, 0.1), (0.87, 0.08)),
    Token("--accent-wash", WASH, (0.305, 0.045)),
    Token("--on-accent", (0.99, 0.004), (0.21, 0.03)),
)


def least_contrast(colour: str) -> float:
    """The lowest contrast that text in the accent, or on it, would have in any theme."""
    _lightness, chroma, hue = to_oklch(colour)
    accent, _deep, wash, on_accent = _TOKENS
    ratios = []
    for theme in (0, 1):
        shades = {token.name: shade((token.light, token.dark)[theme], chroma, hue) for token in _TOKENS}
        for background in (_PAPER[theme], shades[wash.name], shades[on_accent.name]):
            ratios.append(contrast(shades[accent.name], background))
    return min(ratios)


def check(colour: str) -> None:
    """Refuse a colour that would leave text unreadable. Raises SettingsError with one sentence."""
    if colour and (found := least_contrast(colour)) < LEAST_CONTRAST:
        ratio = f"{found:.1f}".replace(".", ",")
        raise SettingsError(f"settings.toml: theme_colour ger kontrasten {ratio}:1; minst 4,5:1 behövs. Välj en annan färg.")


def style_sheet(colour: str) -> str:
    """The accent's tokens in the municipality's hue; loaded after the style sheet, whose layers it overrides."""
    _lightness, chroma, hue = to_oklch(colour)

    def written(tone: Oklch) -> str:
        return f"oklch({tone[0]:.3f} {tone[1]:.3f} {tone[2]:.1f})"

    lines = [
        f"{token.name}: light-dark({written(shade(token.light, chroma, hue))}, {written(shade(token.dark, chroma, hue))});"
        for token in _TOKENS
    ]
    return ":root { " + " ".join(lines) + " }\n"
