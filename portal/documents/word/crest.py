"""The crest as a picture that every word processor shows: an SVG file drawn as PNG, once."""

from functools import lru_cache

_PIXELS_PER_INCH = 300.0
_PAGE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image(bytes(sys.inputs.svg), format: "svg", height: 20mm)
"""


@lru_cache(maxsize=4)
def as_png(svg: str | None) -> bytes | None:
    """``svg`` (without scripts or references, as the settings let it in) as PNG; None where there is none."""
    if not svg:
        return None
    import typst

    drawn = typst.compile(_PAGE, format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"svg": svg}, ignore_system_fonts=True)
    return drawn if isinstance(drawn, bytes) else None
