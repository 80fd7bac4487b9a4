"""Requests that no browser makes of this portal, drawn by Hypothesis from what the person's own pages hold."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, quote_plus

from flask import Flask
from hypothesis import strategies as st
from werkzeug.routing import Rule

from tests.conftest import PASSWORD
from tests.inputs import nasty
from tests.inputs.forms import Form, Found
from tests.inputs.stage import FORM, Asked, multipart

TYPED = "Skrivet med omsorg på morgonen, ord för ord."
# What a person would have to fill in for the form to hold; the rest is filled with text.
_PLAUSIBLE = {
    "password": PASSWORD,
    "used": "100",
    "code": "4600",
    "number": "KS 1/26",
    "provision": "18 kap. 8 § OSL",
    "public_title": "Trygghet",
    "name": "Nytt namn",
    "in_text": "nya nämnden",
    "username": "nyperson",
    "year": "2027",
    "amount": "1 000",
    "paragraph": "§ 5",
    "decided_on": "2026-01-02",
    "valid_to": "2026-12-31",
    "valid_from": "2026-01-02",
    "on_date": "2026-01-02",
    "clause": "4.1",
    "ceiling": "5 000",
    "ground": "Semester",
    "what": "Fel datum.",
}
_HINTS: tuple[tuple[tuple[str, ...], Sequence[str]], ...] = (
    (("efter", "fore", "vantar"), nasty.CURSORS),
    (("ar", "year", "budget_year"), nasty.YEARS),
    (("amount", "granted", "cap", "ceiling", "used", "total", "version", "line_amount"), nasty.NUMBERS),
    (("_on", "_by", "_from", "_to", "date", "fran", "till", "last_day", "period"), nasty.DATES),
    (("organ", "unit", "enhet", "fund", "medel", "person", "form_key", "parent", "case", "arende", "presenter"), nasty.IDS),
)

Pair = tuple[str, str]
anything = st.one_of(
    st.sampled_from(nasty.TEXT),
    st.sampled_from(nasty.NUMBERS),
    st.sampled_from(nasty.DATES),
    st.sampled_from(nasty.IDS),
    st.text(max_size=40),
)
CHOICES = ("form",) * 7 + ("address",) * 4 + ("body",) * 2 + ("wild",)


def hinted(name: str) -> st.SearchStrategy[str]:
    """Mostly what would break a field of that name, sometimes anything."""
    stem = name.partition(":")[0].partition("-")[0]
    for names, values in _HINTS:
        if any(stem == hint or (hint.startswith("_") and stem.endswith(hint)) for hint in names):
            return st.one_of(st.sampled_from(values), anything)
    return anything


def encoded(text: str, *, plus: bool = False) -> str:
    """Percent-encoded, lone surrogates too."""
    raw = text.encode("utf-8", "surrogatepass")
    return quote_plus(raw) if plus else quote(raw, safe="")


def urlencoded(pairs: Sequence[Pair]) -> str:
    """Pairs as a query or as a form's body."""
    return "&".join(f"{encoded(name, plus=True)}={encoded(value, plus=True)}" for name, value in pairs)


def filled(form: Form) -> list[Pair]:
    """The form as someone who means well would send it."""
    sent = []
    for name, value in form.fields:
        if name == "csrf_token":
            continue  # goes with every request in its header
        stem = name.partition(":")[0].partition("-")[0]
        sent.append((name, value or (TYPED if name in form.texts or stem == "effect" else _PLAUSIBLE.get(stem, ""))))
    return sent


@st.composite
def address(draw: st.DrawFn, found: Found, rule: Rule) -> str:
    """A path of the rule: ids the pages hold, ids of other things, ids that are none."""
    pieces = []
    for is_name, piece in rule._trace:  # the rule's parts in order: (dynamic, text)
        if not is_name:
            pieces.append(piece.lstrip("|"))
            continue
        real = sorted(found.ids.get(piece, ())) or sorted(found.ids["case_id"])
        other = sorted(found.ids["case_id"] | found.ids["person_id"])
        drawn = draw(
            st.one_of(
                st.sampled_from(real), st.sampled_from(real), st.sampled_from(other), st.sampled_from(nasty.IDS), anything
            )
        )
        pieces.append(encoded(drawn))
    return "".join(pieces) or "/"


@st.composite
def query(draw: st.DrawFn, found: Found, endpoint: str) -> str:
    """A query of names the page knows and names it does not, now and then not even a query."""
    known = sorted(found.queries.get(endpoint, ())) or ["q"]
    names = st.one_of(st.sampled_from(known), st.sampled_from(nasty.QUERY_NAMES))
    pairs = [(name, draw(hinted(name))) for name in draw(st.lists(names, max_size=4))]
    if pairs and draw(st.integers(0, 5)) == 0:
        pairs.append(pairs[0])
    raw = draw(
        st.sampled_from(("", "", "", "", "", "&=&", "%", "%zz", "\xe5\xff=\xfe", "q=%ff%fe", "efter=%ed%a0%80", "a" * 9_000))
    )
    return "&".join(part for part in (urlencoded(pairs), raw) if part)


def _spoil(draw: st.DrawFn, form: Form, sent: list[Pair]) -> None:
    """One thing that the person at the form did not do."""
    how = draw(st.sampled_from(("replace", "replace", "replace", "remove", "repeat", "assign", "press", "foreign")))
    if how == "assign" or not sent:
        sent.append((draw(st.sampled_from(nasty.ASSIGNED)), draw(hinted("amount"))))
    elif how == "press" and form.optional:
        name, value = draw(st.sampled_from(form.optional))
        sent.append((name, draw(st.one_of(st.just(value), anything))))
    else:
        at = draw(st.integers(0, len(sent) - 1))
        name, value = sent[at]
        if how == "remove":
            del sent[at]
        elif how == "repeat":
            sent.append((name, draw(st.one_of(st.just(value), hinted(name)))))
        elif how == "foreign":
            sent[at] = (draw(anything), value)
        else:
            sent[at] = (name, draw(hinted(name)))


@st.composite
def from_form(draw: st.DrawFn, found: Found, username: str) -> Asked:
    """A form, mostly the person's own, filled in and then spoilt in up to three places."""
    mine = found.forms_of(username)
    everyones = [form for forms in found.forms.values() for form in forms]
    own = bool(mine) and draw(st.integers(0, 4)) > 0
    form = draw(st.sampled_from(mine if own else everyones))
    sent = filled(form)
    for _turn in range(draw(st.integers(0, 3))):
        _spoil(draw, form, sent)
    first = dict(reversed(sent))  # a field that stands once on the page and comes twice is read once
    kept = (TYPED,) if any(name in form.texts and value == TYPED for name, value in first.items()) else ()
    asked = Asked("POST", form.action.partition("?")[0], form.action.partition("?")[2], kept=kept)
    if form.files or draw(st.integers(0, 7)) == 0:
        files = [(name, draw(anything), draw(st.sampled_from(nasty.BODIES[:12]))) for name in sorted(form.files)]
        body, content_type = multipart(sent, files)
        return replace(asked, body=body, content_type=content_type)
    return replace(asked, body=urlencoded(sent).encode("ascii"), content_type=FORM)


@st.composite
def odd_body(draw: st.DrawFn, found: Found, rules: Sequence[Rule]) -> Asked:
    """A body that is not what its type and length say."""
    rule = draw(st.sampled_from([rule for rule in rules if "POST" in (rule.methods or ())]))
    kind = draw(st.one_of(st.sampled_from((FORM, "multipart/form-data; boundary=x")), st.sampled_from(nasty.CONTENT_TYPES)))
    length = draw(st.one_of(st.none(), st.none(), st.sampled_from(nasty.LENGTHS)))
    body = draw(st.sampled_from(nasty.BODIES))
    return Asked("POST", draw(address(found, rule)), body=body, content_type=kind, length=length, chunked=draw(st.booleans()))


@st.composite
def wild(draw: st.DrawFn, found: Found, rules: Sequence[Rule]) -> Asked:
    """Any method at any address, known or not."""
    rule = draw(st.sampled_from(rules))
    path = draw(
        st.one_of(
            address(found, rule),
            st.sampled_from(nasty.TEXT).map(lambda text: "/" + encoded(text)),
            address(found, rule).map(lambda a: a + "/"),
        )
    )
    return Asked(draw(st.sampled_from(nasty.METHODS)), path[:20_000], draw(query(found, rule.endpoint)))


@st.composite
def requests(draw: st.DrawFn, app: Flask, found: Found, username: str) -> Asked:
    """One bad request of any kind."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    kind = draw(st.sampled_from(CHOICES))
    made: Asked
    if kind == "form":
        made = draw(from_form(found, username))
    elif kind == "body":
        made = draw(odd_body(found, rules))
    elif kind == "wild":
        made = draw(wild(found, rules))
    else:
        rule = draw(st.sampled_from([rule for rule in rules if "GET" in (rule.methods or ())]))
        made = Asked("GET", draw(address(found, rule)), draw(query(found, rule.endpoint)))
    if draw(st.integers(0, 2)) == 0:
        made = replace(made, headers=tuple(draw(st.lists(st.sampled_from(nasty.HEADERS), min_size=1, max_size=3))))
    return made
