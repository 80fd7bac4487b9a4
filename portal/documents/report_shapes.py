"""What the reports of the archive are made of: what was disposed of (gallrat), and what was delivered and to whom.

The same rules as in ``shapes``. Sizes are bytes. They hold enough to answer, years later, what is gone and on whose decision
(arkivlagen 1990:782, 10 §), and what left for the archive and was received there.
"""

from typing import Literal, NotRequired, TypedDict

from portal.documents.shapes import ActingPerson, Municipality, Paragraph


class DisposedDocument(TypedDict):
    """A document that was disposed of: what kept it until ``due_on`` (gallringsfristens utgång), and its files' SHA-256."""

    case_number: str
    title: str | None
    kind: str
    rule: str
    due_on: str
    number: NotRequired[int | None]
    files: NotRequired[int]
    size: NotRequired[int]
    sha256: NotRequired[list[str]]


class DisposalReport(TypedDict):
    """A disposal (gallring): by which rule and decision, by whom and with whom, when and how, what, and what is left.

    ``mandate`` is the decision of the retention plan, ``plan`` its name and edition; ``kept`` says what remains.
    """

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    report_number: str
    mandate: Paragraph
    performed_by: ActingPerson
    supervised_by: ActingPerson
    started_at: str
    finished_at: str
    documents: list[DisposedDocument]
    test: NotRequired[bool]
    plan: NotRequired[str | None]
    method: NotRequired[str | None]
    reason: NotRequired[str | None]
    kept: NotRequired[list[str]]
    remarks: NotRequired[list[str]]


class DeliveredCase(TypedDict):
    """A case of a delivery: its package's file and SHA-256, and how much it holds."""

    case_number: str
    title: str | None
    documents: int
    files: int
    size: int
    package: str
    sha256: str
    closed: NotRequired[str | None]


class Check(TypedDict):
    """A checker's verdict on the packages, with its version: *eark-validator*, *veraPDF* …"""

    name: str
    version: str
    verdict: Literal["passed", "warnings", "failed"]
    note: NotRequired[str | None]


class PackageCheck(TypedDict):
    """One kind of check of a package; ``note`` is what could not be tried."""

    name: str
    verdict: Literal["passed", "warnings", "failed"]
    note: NotRequired[str | None]


class Fault(TypedDict):
    """Something wrong in a package: in which file, what, and how it is mended."""

    where: str
    what: str
    mend: str


class PackageReport(TypedDict):
    """A check of one package (arkivpaket). ``sha256`` is that of the ZIP; ``found`` are all faults, ``problems`` the first."""

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    package: str
    file: str
    files: int
    size: int
    found: int
    checks: list[PackageCheck]
    problems: list[Fault]
    test: NotRequired[bool]
    sha256: NotRequired[str | None]


class Receipt(TypedDict):
    """What the receiver answered: its id (mottagningskvitto), when, and whether the delivery was taken."""

    number: str
    received_at: str
    accepted: bool
    note: NotRequired[str | None]


class DeliveryReport(TypedDict):
    """A delivery (leverans) to an archive: from whom, to whom, under which agreement, in which form, what, and the receipt.

    ``standard`` is the form of the packages with its version; ``organisation_number`` that of the creator of the archive.
    """

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    delivery_number: str
    creator: str
    receiver: str
    agreement: str
    standard: str
    delivered_by: ActingPerson
    cases: list[DeliveredCase]
    test: NotRequired[bool]
    organisation_number: NotRequired[str | None]
    reference: NotRequired[str | None]
    delivered_at: NotRequired[str | None]
    checks: NotRequired[list[Check]]
    receipt: NotRequired[Receipt | None]
    remarks: NotRequired[list[str]]
