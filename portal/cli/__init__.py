"""The operator's commands: ``flask --app wsgi …``. Exit 0 fine, 1 the thing checked is wrong, 2 usage or environment."""

from flask import Flask

from portal.cli import backup, cases, demo, documents, log, package, persons, server, transfer, verifier


def register(app: Flask) -> None:
    """Add the commands; what they need that is heavy is imported when one runs."""
    for command in (
        server.init,
        demo.demo,
        server.upgrade,
        server.revision,
        server.worker,
        server.check,
        persons.person,
        cases.cases,
        cases.export,
        cases.read,
        documents.documents,
        log.log,
        package.package,
        transfer.archive,
        verifier.verifier,
        backup.backup,
        backup.restore,
    ):
        app.cli.add_command(command)
