"""A page's form as a browser would send it: every field with the value it was drawn with."""

from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

Form = MultiDict[str, str]


def form_on(page: TestResponse) -> Form:
    """The fields of the form with an effect on the page (the one with a key). Raises AssertionError when there is none."""
    assert page.status_code == 200, page.get_data(as_text=True)
    document = html.fromstring(page.data)
    keyed = [form for form in document.forms if "form_key" in form.fields and form.method == "POST"]
    assert keyed, "the page has no form with a key"
    return MultiDict([(name, str(value)) for name, value in keyed[0].form_values()])
