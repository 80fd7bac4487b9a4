"""What an agreement with an archive decides of a package: versions, names and numbers."""

from dataclasses import dataclass
from typing import Literal

Specification = Literal["2.1.0", "2.2.0"]
SOFTWARE = "Äskandeportalen"
SOFTWARE_VERSION = "1"

_PROFILES: dict[Specification, str] = {
    "2.1.0": "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml",
    "2.2.0": "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How packages are made. ``creator`` is the authority whose archive it is (arkivbildare), ``organisation_number`` its
    number, ``archive`` the archive authority that receives. ``profile_url`` empty: the one that the specification names.

    ``content_information_type``: ``citserms_v2_1`` or ``ERMS``, as the receiving archive reads it. ``record_status`` is
    REPLACEMENT when the package replaces one that was refused, whose identity is ``replaces``; then ``edition`` counts them
    from 2. TEST is a demonstration.
    """

    creator: str
    organisation_number: str = ""
    archive: str = ""
    archive_code: str = ""
    agreement_number: str = ""
    reference_code: str = ""
    spec: Specification = "2.1.0"
    profile_url: str = ""
    content_information_type: str = "citserms_v2_1"
    record_status: Literal["NEW", "SUPPLEMENT", "REPLACEMENT", "TEST"] = "NEW"
    edition: int = 1
    replaces: str = ""

    @property
    def profile(self) -> str:
        """METS's PROFILE."""
        return self.profile_url or _PROFILES[self.spec]

    @property
    def code(self) -> str:
        """The creator's number as METS wants it."""
        return self.organisation_number or "saknas"
