"""The municipality's own colour as the accent of the pages, always readable.

Only hue and strength are taken from the setting: lightness is the style sheet's own, so text and buttons keep their
contrast in both themes. It is still measured at start (WCAG 2.2, 1.4.3: 4.5:1).
"""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin

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
    Token("--accent", (0.425, 0.12), (0.8, 0.1)),
    Token("--accent-deep", (0.35, 0.1), (0.87, 0.08)),
    Token("--accent-wash", (0.95, 0.018), (0.305, 0.045)),
    Token("--on-accent", (0.99, 0.004), (0.21, 0.03)),
)

Oklch = tuple[float, float, float]


def to_oklch(colour: str) -> Oklch:
    """Lightness, chroma and hue (degrees) of ``#rrggbb``. Source: the OKLab definition by Björn Ottosson."""
    r, g, b = (_linear(int(colour[n : n + 2], 16) / 255) for n in (1, 3, 5))
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    bb = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, hypot(a, bb), degrees(atan2(bb, a)) % 360


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _luminance(colour: Oklch) -> float:
    """Relative luminance, with what lies outside sRGB clipped as a screen would."""
    lightness, chroma, hue = colour
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    r, g, bl = (min(max(value, 0.0), 1.0) for value in (red, green, blue))
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl


def contrast(one: Oklch, other: Oklch) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _shade(part: tuple[float, float], chroma: float, hue: float) -> Oklch:
    return part[0], min(chroma, part[1]), hue


def least_contrast(colour: str) -> float:
    """The lowest contrast that text in the accent, or on it, would have in any theme."""
    _lightness, chroma, hue = to_oklch(colour)
    accent, _deep, wash, on_accent = _TOKENS
    ratios = []
    for theme in (0, 1):
        shade = {token.name: _shade((token.light, token.dark)[theme], chroma, hue) for token in _TOKENS}
        for background in (_PAPER[theme], shade[wash.name], shade[on_accent.name]):
            ratios.append(contrast(shade[accent.name], background))
    return min(ratios)


def check(colour: str) -> None:
    """Refuse a colour that would leave text unreadable. Raises SettingsError with one sentence."""
    if colour and (found := least_contrast(colour)) < LEAST_CONTRAST:
        ratio = f"{found:.1f}".replace(".", ",")
        raise SettingsError(f"settings.toml: theme_colour ger kontrasten {ratio}:1; minst 4,5:1 behövs. Välj en annan färg.")


def style_sheet(colour: str) -> str:
    """The accent's tokens in the municipality's hue; loaded after the style sheet, whose layers it overrides."""
    _lightness, chroma, hue = to_oklch(colour)

    def written(shade: Oklch) -> str:
        return f"oklch({shade[0]:.3f} {shade[1]:.3f} {shade[2]:.1f})"

    lines = [
        f"{token.name}: light-dark({written(_shade(token.light, chroma, hue))}, {written(_shade(token.dark, chroma, hue))});"
        for token in _TOKENS
    ]
    return ":root { " + " ".join(lines) + " }\n"
