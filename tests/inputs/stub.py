"""An OpenAPI description of the portal made from its URL map and from the forms its pages hold: what a scanner needs to begin.

The portal has no API. What is described is what a browser sends, so that a tool which knows only OpenAPI can try it.
"""

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.inputs.forms import Form, Found

Json = dict[str, Any]

OURS = frozenset({"GET", "POST"})
# What a parameter of the URL map is called, and what it is.
_KINDS: dict[str, Json] = {
    "UUIDConverter": {"type": "string", "format": "uuid"},
    "UnicodeConverter": {"type": "string", "minLength": 1, "maxLength": 100},
    "IntegerConverter": {"type": "integer", "minimum": 0},
    "PathConverter": {"type": "string", "minLength": 1, "maxLength": 100},
}
_LONGEST = 300


def describe(app: Flask, found: Found, *, without: Iterable[str] = ()) -> Json:
    """The document: every endpoint with each method it takes, but those named in ``without``."""
    paths: Json = {}
    left_out = set(without)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in left_out:
            continue
        path = re.sub(r"<(?:[^:<>]*:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in sorted(OURS & (rule.methods or set())):
            paths.setdefault(path, {})[method.lower()] = _operation(rule, method, found)
    return {"openapi": "3.0.3", "info": {"title": "Äskandeportalen", "version": "1"}, "paths": paths}


def operations(document: Json) -> set[tuple[str, str]]:
    """Each endpoint in the document with its method."""
    return {
        (each["operationId"].partition(":")[2], method.upper())
        for path in document["paths"].values()
        for method, each in path.items()
    }


def _operation(rule: Rule, method: str, found: Found) -> Json:
    made: Json = {
        "operationId": f"{method}:{rule.endpoint}",
        "parameters": [*_in_path(rule, found), *(_in_query(rule, found) if method == "GET" else ())],
        "responses": {"default": {"description": "A page, a redirect or a file"}},
    }
    forms = found.forms.get(rule.endpoint, []) if method == "POST" else []
    if method == "POST":
        kind = "multipart/form-data" if any(form.files for form in forms) else "application/x-www-form-urlencoded"
        made["requestBody"] = {"required": True, "content": {kind: {"schema": _body(forms)}}}
    return made


def _in_path(rule: Rule, found: Found) -> list[Json]:
    made = []
    for name, converter in rule._converters.items():
        schema = _KINDS[type(converter).__name__]
        real = sorted(found.ids.get(name, ()))
        made.append(
            {"name": name, "in": "path", "required": True, "schema": {"anyOf": [{"enum": real}, schema]} if real else schema}
        )
    return made


def _in_query(rule: Rule, found: Found) -> list[Json]:
    names = sorted(found.queries.get(rule.endpoint, ()))
    return [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string", "maxLength": _LONGEST}} for name in names
    ]


def _body(forms: list[Form]) -> Json:
    """The fields of every showing of the form: the values they were drawn with, or anything."""
    values: dict[str, list[str]] = {}
    repeated: set[str] = set()
    for form in forms:
        names = [name for name, _value in form.fields]
        repeated |= {name for name in names if names.count(name) > 1}
        for name, value in (*form.fields, *form.optional):
            if name != "csrf_token":  # goes in a header, so that every request gets past that check
                values.setdefault(name, []).append(value)
    properties: Json = {name: _field(name, sorted(set(given)), name in repeated) for name, given in values.items()}
    for form in forms:
        properties |= {name: {"type": "string", "format": "binary"} for name in form.files}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in ("form_key", "version") if name in properties],
    }


def _field(name: str, given: list[str], is_list: bool) -> Json:
    if name == "form_key":
        return {"type": "string", "format": "uuid"}
    one: Json = {"anyOf": [{"enum": given}, {"type": "string", "maxLength": _LONGEST}]}
    return {"type": "array", "items": one, "maxItems": 5} if is_list else one
