"""Makes the Word, OpenDocument and PDF files beside it, of made-up municipalities: ``python -m tests.documents.formats.make``.

The made files are kept; they are made anew only where a trait is added. What a careful reader reads of each stands in its
``.expected.json``.
"""

import sys
from pathlib import Path

from tests.documents.formats import make_odt, make_pdf, make_word

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Make the files with these names, or all of them."""
    for name, made in {**make_word.MADE, **make_odt.MADE, **make_pdf.MADE}.items():
        if not names or name in names:
            (HERE / name).write_bytes(made())


if __name__ == "__main__":
    main(sys.argv[1:])
