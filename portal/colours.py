"""Colours as people see them: OKLCH, what a screen shows of them, and the contrast between two. Pure.

A municipality sets one colour. Only its hue and strength are taken; lightness is ours, so what is written stays readable.
Sources: the OKLab definition by Björn Ottosson; contrast as in WCAG 2.2, 1.4.3.
"""

from math import atan2, cos, degrees, hypot, radians, sin

Oklch = tuple[float, float, float]


def to_oklch(colour: str) -> Oklch:
    """Lightness, chroma and hue (degrees) of ``#rrggbb``."""
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


def _shown(colour: Oklch) -> tuple[float, float, float]:
    """Linear red, green and blue, with what lies outside sRGB clipped as a screen would."""
    lightness, chroma, hue = colour
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    r, g, bl = (min(max(value, 0.0), 1.0) for value in (red, green, blue))
    return r, g, bl


def _luminance(colour: Oklch) -> float:
    r, g, b = _shown(colour)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: Oklch, other: Oklch) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def to_hex(colour: Oklch) -> str:
    """``#rrggbb``, the nearest that a screen shows."""
    encoded = (value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055 for value in _shown(colour))
    return "#" + "".join(f"{round(value * 255):02x}" for value in encoded)


def shade(part: tuple[float, float], chroma: float, hue: float) -> Oklch:
    """The hue at the lightness of ``part``, no stronger than ``part`` allows."""
    return part[0], min(chroma, part[1]), hue


ACCENT = (0.425, 0.12)  # lightness and the most chroma of the accent on a light page, and of the wash behind text in it
WASH = (0.95, 0.018)


def on_paper(colour: str) -> str:
    """The accent that documents have when the municipality's colour is ``colour``."""
    _lightness, chroma, hue = to_oklch(colour)
    return to_hex(shade(ACCENT, chroma, hue))


def wash(colour: str) -> str:
    """The light ground that goes with ``colour``."""
    _lightness, chroma, hue = to_oklch(colour)
    return to_hex(shade(WASH, chroma, hue))
