"""The one blueprint for set-aside money; the pages that also show what is asked hang on it from the right."""

from flask import Blueprint

blueprint = Blueprint("funds", __name__)
