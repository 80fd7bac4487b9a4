"""Every table of the portal, so that a schema can be made or compared whichever packages have been imported."""

from importlib import import_module

from sqlalchemy import MetaData

from portal.db import Base

PACKAGES = (
    "log",
    "outbox",
    "people",
    "register",
    "funds",
    "documents",
    "funding_requests",
    "decisions",
    "accounting",
    "conversation",
    "notices",
    "dispatch",
    "archive",
    "disclosure",
)


def metadata() -> MetaData:
    """The metadata with the tables of every package in it."""
    for package in PACKAGES:
        import_module(f"portal.{package}.models")
    import_module("portal.register.document_models")
    import_module("portal.register.retention_models")
    import_module("portal.register.search_models")
    import_module("portal.archive.transfer.models")
    return Base.metadata
