"""Getting a time-stamp, and looking at it before it is believed. Imported when something is stamped."""

from asn1crypto import algos, cms, tsp
from pyhanko.sign.timestamps import TimeStamper

from portal.documents.sealing.errors import StampsAway
from portal.documents.sealing.network import ask
from portal.text import _

_GRANTED = ("granted", "granted_with_mods")


class Service(TimeStamper):
    """The service at ``address``, as pyHanko asks it."""

    def __init__(self, address: str) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]  # pyHanko's own
        self.address = address

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A time-stamp token over the digest. Raises StampsAway for no answer, a refusal and any nonsense."""
        nonce, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]  # likewise
        answer = await ask(
            self.address, data=request.dump(), kind="application/timestamp-query", accept="application/timestamp-reply"
        )
        try:
            return _token(answer, nonce, message_digest, md_algorithm)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise StampsAway(_("Tidsstämplingstjänsten svarade med något som inte är en tidsstämpel.")) from error


def _token(answer: bytes, nonce: int, digest: bytes, algorithm: str) -> cms.ContentInfo:
    response = tsp.TimeStampResp.load(answer, strict=True)
    if response["status"]["status"].native not in _GRANTED:
        raise StampsAway(_("Tidsstämplingstjänsten lämnade ingen tidsstämpel."))
    token: cms.ContentInfo = response["time_stamp_token"]
    if token["content_type"].native != "signed_data" or len(token["content"]["signer_infos"]) != 1:
        raise ValueError("not a time-stamp token")
    stamped = token["content"]["encap_content_info"]["content"].parsed
    imprint = stamped["message_imprint"]
    asked = algos.DigestAlgorithm({"algorithm": algorithm})["algorithm"].native
    if (imprint["hashed_message"].native, imprint["hash_algorithm"]["algorithm"].native) != (digest, asked):
        raise ValueError("a stamp of something else")
    if stamped["nonce"].native != nonce:
        raise ValueError("the answer to another question")
    return token
