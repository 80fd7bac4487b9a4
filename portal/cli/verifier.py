"""The verifier as one file, to be handed to anyone who wants to check a decision on their own."""

from pathlib import Path

import click

from portal.cli.shared import Command, Stop, say


@click.command(cls=Command, help="Skriv kontrollen av beslut som en fil, som utomstående kan köra med enbart Python.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Filen som ska skrivas.")
def verifier(out: Path) -> None:
    """Write ``kontrollera_beslut.pyz``."""
    from portal.verify.single import verifier_file

    data = verifier_file()
    try:
        out.write_bytes(data)
    except OSError as error:
        raise Stop(f"{out} kan inte skrivas.") from error
    say(f"{out}: {len(data) / 1000:.0f} kB. Körs så här: python {out.name} FIL.pdf --key NYCKEL")
