"""What a document is made of: the JSON that the templates take, and that is stored beside the finished PDF.

Amounts are whole kronor as integers; the template writes them. Dates are ISO dates. Instants (every key that ends in
``_at``) are ISO instants with an offset, in any zone; the page shows Swedish time. Text is plain text: nothing in it
is markup, an empty line begins a new paragraph. A key that is left out means the same as null (lists: as empty), so
older stored data can be rendered by newer templates.
"""

from typing import Literal, NotRequired, TypedDict

Capacity = Literal["delegation", "execution", "political"]
Outcome = Literal["granted", "partly_granted", "rejected"]


class Municipality(TypedDict):
    """Who sends the document. ``crest_svg`` is the text of an SVG file without scripts or references, ``colour`` the accent
    (``#00586a``), dark enough to be read on white: ``documents.sender`` gives both as they are set."""

    name: str
    crest_svg: NotRequired[str | None]
    colour: NotRequired[str | None]


class Person(TypedDict):
    """A name and a title as they stood when the person acted."""

    name: str
    title: NotRequired[str | None]


class ActingPerson(Person):
    """A person who acted; ``acting_for`` is the person stood in for, when it was by substitution."""

    acting_for: NotRequired[Person | None]


class Paragraph(TypedDict):
    """A decision by an organ: which organ, when, under which paragraph."""

    organ: str
    date: NotRequired[str | None]
    paragraph: NotRequired[str | None]


class Minutes(Paragraph):
    """The minutes entry that carries the decision. ``organ_in_text`` is the organ as it reads in a sentence."""

    organ_in_text: NotRequired[str | None]
    adjusted_on: NotRequired[str | None]
    posted_on: NotRequired[str | None]


class Authority(TypedDict):
    """The row of the delegation order that covered the decision, frozen.

    ``rests_on`` is the delegation order, for execution the decision that already allotted the money.
    """

    clause: NotRequired[str | None]
    ceiling: NotRequired[int | None]
    document: NotRequired[str | None]
    rests_on: NotRequired[Paragraph | None]


class Assessment(TypedDict):
    """The documented assessment of a line of camera surveillance: done, or before start; who is responsible, and the day."""

    state: Literal["done", "before_start"]
    by: str
    on: str


class DecidedLine(TypedDict):
    """One line. Without ``requested`` it is not priced and ``included`` answers whether it is part of the grant."""

    label: str
    requested: int | None
    granted: NotRequired[int | None]
    included: NotRequired[bool | None]
    condition: NotRequired[str | None]
    assessment: NotRequired[Assessment | None]


class Redistribution(TypedDict):
    """May money move between the lines: freely, up to ``limit`` kronor, or not."""

    answer: Literal["free", "up_to", "no"]
    limit: NotRequired[int | None]


class Financing(TypedDict):
    """Money set aside and what was left of it before and after, or other financing as text."""

    fund: NotRequired[str | None]
    year: NotRequired[int | None]
    left_before: NotRequired[int | None]
    left_after: NotRequired[int | None]
    text: NotRequired[str | None]


class FinalReport(TypedDict):
    """Whether the money is to be reported back, and when."""

    due: bool
    date: NotRequired[str | None]


class Conflict(TypedDict):
    """A declared conflict of interest (jäv) that bars ``person`` from the case."""

    person: Person
    declared_at: str
    text: NotRequired[str | None]


class Statement(TypedDict):
    """A statement (yttrande) given in the case."""

    person: ActingPerson
    given_at: str
    text: str
    stance: NotRequired[str | None]
    balance: NotRequired[int | None]
    cost_type: NotRequired[str | None]
    capital_cost: NotRequired[int | None]
    coding: NotRequired[str | None]


class Replaces(TypedDict):
    """The decision that this one replaces."""

    decision_number: str
    date: NotRequired[str | None]


class Asked(TypedDict):
    """The request that was decided."""

    unit: str
    submitted_by: NotRequired[ActingPerson | None]
    submitted_at: NotRequired[str | None]
    version: NotRequired[int | None]
    sha256: NotRequired[str | None]


class Proof(TypedDict):
    """That the decision's log entry stands in the log: the signed checkpoint and the inclusion proof, as text.

    ``body`` and ``salt`` (hexadecimal) are what the entry's header binds, ``seal`` is the signed note on the seal,
    ``block`` all of this as it is printed for machines (``verify.printed``). ``key`` is the log's public key, ``address``
    where anyone may check the decision.
    """

    entry: int
    tree_size: int
    root_hash: str
    checkpoint: str
    inclusion: str
    body: NotRequired[str]
    salt: NotRequired[str]
    seal: NotRequired[str]
    key: NotRequired[str]
    address: NotRequired[str]
    block: NotRequired[str]


class DecisionDocument(TypedDict):
    """The decision (beslut). Without ``proof`` it is a preview and says so on every page.

    ``decision`` and ``proposal`` are points, numbered when there is more than one. ``follows`` is the number of the case
    that the request follows.
    """

    made_at: str
    municipality: Municipality
    capacity: Capacity
    outcome: Outcome
    title: str
    unit: str
    date: str
    decision: list[str]
    proposal: list[str]
    lines: list[DecidedLine]
    requested_total: int | None
    granted_total: int
    test: NotRequired[bool]
    decision_number: NotRequired[str | None]
    case_number: NotRequired[str | None]
    request: NotRequired[Asked | None]
    reason: NotRequired[str | None]
    no_statement_reason: NotRequired[str | None]
    redistribution: NotRequired[Redistribution | None]
    financing: NotRequired[Financing | None]
    final_report: NotRequired[FinalReport | None]
    authority: NotRequired[Authority | None]
    minutes: NotRequired[Minutes | None]
    decided_by: NotRequired[ActingPerson | None]
    decided_at: NotRequired[str | None]
    entered_by: NotRequired[ActingPerson | None]
    presenter: NotRequired[Person | None]
    conflicts: NotRequired[list[Conflict]]
    statements: NotRequired[list[Statement]]
    copies_to: NotRequired[list[str]]
    for_information: NotRequired[list[str]]
    follows: NotRequired[str | None]
    replaces: NotRequired[Replaces | None]
    proof: NotRequired[Proof | None]


class AskedLine(TypedDict):
    """One budget line of a request; ``amount`` null is *ej beloppsatt*, never 0."""

    label: str
    amount: int | None
    kind: NotRequired[Literal["operating", "investment", "unknown"] | None]
    assessment: NotRequired[Assessment | None]


class Section(TypedDict):
    """A part of the description, with or without its own heading."""

    text: str
    heading: NotRequired[str | None]


class Handler(TypedDict):
    """The handläggare that the document names."""

    name: str
    role: NotRequired[str | None]
    phone: NotRequired[str | None]
    email: NotRequired[str | None]


class Signatory(TypedDict):
    """A name in the document's list of signatories: text, which signs nothing."""

    name: str
    role: NotRequired[str | None]


class Attachment(TypedDict):
    """An attached file, by name and SHA-256."""

    filename: str
    sha256: NotRequired[str | None]


class Secrecy(TypedDict):
    """The requester's answer to whether the request holds secret matters."""

    marked: bool
    provision: NotRequired[str | None]


class Put(TypedDict):
    """How a proposal is put to an organ: its heading, and the words that lead several points in."""

    heading: str
    intro: NotRequired[str | None]


class SubmissionDocument(TypedDict):
    """One submitted version of a request (tjänsteskrivelse), frozen. ``submitted_at`` null makes it a preview.

    ``move_between_lines`` is whether the request asks that money may move between its lines, ``follows`` the number of the
    case that it follows. In papers for an organ ``put`` heads the proposal, and ``stance`` is how it was handed over.
    """

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    proposal: list[str]
    lines: list[AskedLine]
    total: int | None
    test: NotRequired[bool]
    put: NotRequired[Put | None]
    stance: NotRequired[Section | None]
    document_type: NotRequired[str | None]
    case_number: NotRequired[str | None]
    version: NotRequired[int | None]
    deciding_organ: NotRequired[str | None]
    receiver: NotRequired[str | None]
    description: NotRequired[list[Section]]
    financing: NotRequired[Financing | None]
    budget_year: NotRequired[int | str | None]
    move_between_lines: NotRequired[bool | None]
    decision_basis: NotRequired[list[str]]
    attachments: NotRequired[list[Attachment]]
    copies_to: NotRequired[list[str]]
    for_information: NotRequired[list[str]]
    secrecy: NotRequired[Secrecy | None]
    handler: NotRequired[Handler | None]
    signatories: NotRequired[list[Signatory]]
    follows: NotRequired[str | None]
    submitted_by: NotRequired[ActingPerson | None]
    submitted_at: NotRequired[str | None]
