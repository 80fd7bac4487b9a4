"""Files that people hand in."""

import io

import pikepdf


def a_pdf(pages: int = 1, *, script: bool = False) -> bytes:
    """A PDF of empty pages; with ``script`` it runs one when it is opened."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _page in range(pages):
            pdf.add_blank_page()
        pdf.save(out)
    return with_script(out.getvalue()) if script else out.getvalue()


def with_script(data: bytes) -> bytes:
    """The PDF so that it runs a script when it is opened."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.save(out)
    return out.getvalue()
