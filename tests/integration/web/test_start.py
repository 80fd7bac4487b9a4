"""A server process loads what makes and reads documents when it first does so, not when it starts."""

import json
import subprocess
import sys
from pathlib import Path

from tests.factories.batch import as_installed

ROOT = Path(__file__).parents[3]
HEAVY = ("typst", "pyhanko", "pyhanko_certvalidator", "docx", "pikepdf", "pypdfium2")
STARTED = """
import json, sys
import wsgi
pages = [wsgi.app.test_client().get(path).status_code for path in ("/logga-in", "/halsa", "/hjalp", "/kontrollera")]
print(json.dumps([pages, sorted(name for name in sys.modules if "." not in name)]))
"""


def test_a_server_that_has_shown_its_first_pages_has_loaded_nothing_that_makes_documents(instance: Path) -> None:
    as_installed(instance)
    environment = {"PATH": "/usr/bin:/bin", "INSTANCE": str(instance)}
    command = [sys.executable, "-c", STARTED]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    pages, loaded = json.loads(done.stdout)
    assert pages == [200, 503, 200, 200], "the worker has never been seen, which /halsa tells"
    assert not set(HEAVY) & set(loaded)
    assert "sqlalchemy" in loaded, "what is loaded is told"
