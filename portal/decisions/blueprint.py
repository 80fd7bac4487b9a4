"""The one blueprint that the route modules of this package hang their pages on."""

from flask import Blueprint

blueprint = Blueprint("decisions", __name__)
