"""Asking other machines while sealing: bounded in time and in size, whatever they answer."""

from urllib.parse import urlsplit

from portal.documents.sealing.errors import StampsAway
from portal.text import _

SECONDS = 10  # for one question and its whole answer
MOST_BYTES = 4 * 1024 * 1024  # a large list of revoked certificates
_REDIRECTS = 3


async def ask(address: str, *, accept: str, data: bytes | None = None, kind: str = "") -> bytes:
    """The answer to a GET, or with ``data`` of that ``kind`` to a POST. Raises StampsAway."""
    import aiohttp

    host = urlsplit(address).hostname or address
    headers = {"Accept": accept, **({"Content-Type": kind} if data is not None else {})}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS), trust_env=True) as session,
            session.request(
                "GET" if data is None else "POST",
                address,
                data=data,
                headers=headers,
                allow_redirects=data is None,
                max_redirects=_REDIRECTS,
            ) as answer,
        ):
            if answer.status != 200:
                raise StampsAway(_("%(host)s svarade %(status)s.", host=host, status=answer.status))
            found = b""
            async for part in answer.content.iter_chunked(64 * 1024):
                found += part
                if len(found) > MOST_BYTES:
                    raise StampsAway(_("%(host)s svarade med mer än portalen tar emot.", host=host))
            return found
    except TimeoutError as error:
        raise StampsAway(_("%(host)s svarade inte inom %(n)s sekunder.", host=host, n=SECONDS)) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise StampsAway(_("%(host)s kan inte nås.", host=host)) from error
