"""``python -m portal.verify``: with pyHanko as the engine of the seal."""

import sys

from portal import clock
from portal.log.keys import verifies
from portal.verify import command, seals

if __name__ == "__main__":
    sys.exit(
        command.main(
            sys.argv[1:], program="python -m portal.verify", engine=seals.seal_findings, ed25519=verifies, now=clock.now
        )
    )
