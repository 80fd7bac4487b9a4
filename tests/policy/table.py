"""The one table: every address and method, what it is, who may come in at its door, and what is done behind it.

A door is the coarse question (has any role of the person business here at all); what happens behind it is derived in
``expected`` from the road, the permissions and who sees what. The doors of acts are derived from the road itself.
"""

from dataclasses import dataclass
from enum import StrEnum

from portal.funding_requests.lifecycle import STEPS, Action
from portal.people.permissions import Permission


class Kind(StrEnum):
    """What an address is."""

    PUBLIC = "public page"
    OWN = "one's own"
    LIST = "list"
    CASE = "page of a case"
    FORM = "form of an act"
    ACT = "act on a case"
    WRITING = "writing a request"
    COPY = "copy sent to a unit"
    MONEY = "set-aside money and authority"
    ADMINISTRATION = "administration"
    DISCLOSURE = "requests for public records"
    TRANSFER = "delivery to an archive"


class Outcome(StrEnum):
    """What a request can lead to, and who says so."""

    SHOWN = "shown (200)"
    DONE = "done (303)"
    SIGN_IN = "sign in first (303 to /logga-in; 401 where something was typed)"
    DOOR = "no role opens the door (403)"
    RULE = "a rule says no, and why (403, or the sentence in place of the form)"
    CONFLICT = "out of turn or stale (409)"
    INVALID = "not what the form asks for (422)"
    UNKNOWN = "unknown, or not to be seen (404)"
    METHOD = "no such way of asking (405)"


P, A, K = Permission, Action, Kind
Door = frozenset[Permission]
ANYONE_SIGNED_IN: Door = frozenset()

READS_CASES: Door = frozenset({P.READ_CASES, P.READ_UNIT_CASES, P.WRITE_REQUEST})
WRITES: Door = frozenset({P.WRITE_REQUEST})
TAKES_PART: Door = frozenset({P.WRITE_REQUEST, P.DECIDE, P.STATE_OPINION, P.RECORD_BUDGET, P.KEEP_REGISTER, P.ARCHIVE})
READS_MONEY: Door = frozenset({P.READ_DECISIONS})
ADMINISTERS: Door = frozenset({P.ADMINISTER})
READS_ORDERS: Door = frozenset({P.ADMINISTER, P.CONFIRM_AUTHORITY, P.READ_FUNDS})
SENDS: Door = frozenset({P.ADMINISTER, P.RECORD_BUDGET, P.KEEP_REGISTER})
READS_SECRETS_LOG: Door = frozenset({P.READ_LOG, P.KEEP_REGISTER})
FINANCE: Door = frozenset({P.RECORD_BUDGET})
DISCLOSES: Door = frozenset({P.KEEP_REGISTER, P.ARCHIVE})
READS_ARCHIVE: Door = frozenset({P.READ_ARCHIVE})
DELIVERS: Door = frozenset({P.ARCHIVE})
READS_DISCLOSURES: Door = frozenset({P.READ_DISCLOSURES})


def door_of(action: Action) -> Door:
    """Whoever the road lets ask for the action, in any status."""
    if action in (A.DECLARE_JAV, A.CORRECT):
        return TAKES_PART
    return frozenset(permission for step in STEPS if step.action is action for permission in step.permissions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One address and method. ``late`` is how a form's page answers when it is not the case's turn for it."""

    endpoint: str
    method: str
    kind: Kind
    door: Door
    what: str
    action: Action | None = None
    late: Outcome = Outcome.CONFLICT

    @property
    def refuses(self) -> bool:
        """Whether the page says why not in place of its form."""
        return self.kind is Kind.FORM or self.key in (
            ("dispatch.retry", "GET"),
            ("funds.confirm", "GET"),
            ("registered.correct_document", "GET"),
        )

    @property
    def key(self) -> tuple[str, str]:
        """Endpoint and method."""
        return self.endpoint, self.method


def _get(endpoint: str, kind: Kind, door: Door, what: str) -> Row:
    return Row(endpoint=endpoint, method="GET", kind=kind, door=door, what=what)


def _post(endpoint: str, kind: Kind, door: Door, what: str) -> Row:
    return Row(endpoint=endpoint, method="POST", kind=kind, door=door, what=what)


def _act(package: str, action: Action, what: str, late: Outcome = Outcome.CONFLICT, *, prefix: str = "perform_") -> list[Row]:
    """The page with the form of an act, and the act."""
    door, name = door_of(action), action.value
    return [
        Row(endpoint=f"{package}.{name}", method="GET", kind=K.FORM, door=door, what=what, action=action, late=late),
        Row(endpoint=f"{package}.{prefix}{name}", method="POST", kind=K.ACT, door=door, what=what, action=action),
    ]


def _public(endpoint: str, what: str, method: str = "GET") -> Row:
    return Row(endpoint=endpoint, method=method, kind=K.PUBLIC, door=ANYONE_SIGNED_IN, what=what)


DEVIATIONS = (
    ("index", "avvikelser: decisions an audit looks for"),
    ("as_csv", "avvikelser, as CSV"),
    ("as_xlsx", "avvikelser, as a spreadsheet"),
    ("draw", "a drawn sample of decisions"),
    ("hand_out", "everything in the cases of the drawn decisions; each secret one is logged as read"),
)

# In the order of the documentation.
TABLE: tuple[Row, ...] = (
    _public("static", "style sheets, scripts and pictures"),
    _public("standing.help_page", "how the portal is used"),
    _public("standing.role_help", "what one does in a role, in steps"),
    _public("standing.accessibility", "the accessibility statement"),
    _public("standing.personal_data", "how personal data are treated"),
    _public("verify.show", "check that a decision is genuine"),
    _public("verify.check", "the same page with the verdict; nothing of the file is kept", "POST"),
    _public("verify.key", "the log's public key"),
    _public("verify.program", "the verifier as one file"),
    _public("standing.theme_sheet", "the municipality's colour"),
    _public("standing.decision_schema", "the form of a decision's data"),
    _public("standing.health_line", "whether database, worker and log are well"),
    _public("people.log_in", "the sign-in page"),
    _public("people.log_in", "sign in", "POST"),
    _public("people.log_out", "sign out", "POST"),
    _public("people.link", "choose a password with a one-time link"),
    _public("people.link", "set the password", "POST"),
    _get("desk.todo_page", K.OWN, ANYONE_SIGNED_IN, "Att göra: what waits for the person"),
    _get("people.account", K.OWN, ANYONE_SIGNED_IN, "what the portal holds about the person, and open sessions"),
    _post("people.change_password", K.OWN, ANYONE_SIGNED_IN, "change one's password"),
    _get("notices.index", K.OWN, ANYONE_SIGNED_IN, "what one has been told: numbers and public titles"),
    _post("notices.follow", K.OWN, ANYONE_SIGNED_IN, "mark a notice of one's own as read and go to its case"),
    _post("notices.read_all", K.OWN, ANYONE_SIGNED_IN, "mark all one's notices as read"),
    _get("notices.choices", K.OWN, ANYONE_SIGNED_IN, "how one is told of what"),
    _post("notices.choose", K.OWN, ANYONE_SIGNED_IN, "choose how one is told of what"),
    _post("people.note_absence", K.OWN, ANYONE_SIGNED_IN, "note one's own absence; it gives nobody any right"),
    _post("people.end_absence", K.OWN, ANYONE_SIGNED_IN, "end one's own absence"),
    _post("people.end_session", K.OWN, ANYONE_SIGNED_IN, "end one of one's own sessions"),
    _post("people.end_other_sessions", K.OWN, ANYONE_SIGNED_IN, "end all of one's other sessions"),
    _get("dispatch.outbox", K.OWN, ANYONE_SIGNED_IN, "mails that would have been sent; in a demo only"),
    _get("funding_requests.index", K.LIST, READS_CASES, "the requests one may see"),
    _get("funding_requests.as_csv", K.LIST, READS_CASES, "the same requests as CSV"),
    _get("funding_requests.as_xlsx", K.LIST, READS_CASES, "the same requests as a spreadsheet"),
    _get("decisions.as_csv", K.LIST, frozenset({P.READ_DECISIONS}), "the same decisions as CSV"),
    _get("decisions.as_xlsx", K.LIST, frozenset({P.READ_DECISIONS}), "the same decisions as a spreadsheet"),
    _get("decisions.index", K.LIST, frozenset({P.READ_DECISIONS}), "the decisions one may see"),
    *(_get(f"deviations.{name}", K.LIST, frozenset({P.READ_DEVIATIONS}), what) for name, what in DEVIATIONS),
    _post("deviations.perform_draw", K.LIST, frozenset({P.READ_DEVIATIONS}), "draw a sample of decisions; the seed is logged"),
    _get("search.index", K.LIST, READS_CASES | {P.READ_REGISTER}, "what is typed, in all that one may read"),
    _get("register.index", K.LIST, frozenset({P.READ_REGISTER}), "diariet: number, date and public title of every case"),
    _get("registered.day_list", K.LIST, frozenset({P.READ_REGISTER}), "what was registered on a day (*dagens post*)"),
    _get("printed.day_list", K.LIST, frozenset({P.READ_REGISTER}), "the same as a document (PDF)"),
    _get("secrecy.index", K.LIST, READS_SECRETS_LOG, "who has read what is secret (*läst sekretess*)"),
    _get("secrecy.as_csv", K.LIST, READS_SECRETS_LOG, "the same readings as CSV"),
    _get("secrecy.as_xlsx", K.LIST, READS_SECRETS_LOG, "the same readings as a spreadsheet"),
    _get("secrecy.review", K.LIST, frozenset({P.KEEP_REGISTER}), "secrecy marks whose day to be looked at again has come"),
    _get("printed.register_extract", K.LIST, frozenset({P.READ_REGISTER}), "the same register as a document (PDF)"),
    _get("printed.decision_list", K.LIST, frozenset({P.READ_DECISIONS}), "the same decisions as a document (PDF)"),
    _get("printed.decisions_to_report", K.LIST, frozenset({P.READ_DECISIONS}), "the decisions to report to an organ (PDF)"),
    _get("printed.delegated_list", K.LIST, READS_MONEY, "a list of delegated decisions as a document (PDF)"),
    _get("papers.delegated_list", K.LIST, READS_MONEY, "the same as a Word file"),
    _get("delegated.index", K.LIST, READS_MONEY, "the lists of delegated decisions, and what waits for the next"),
    _get("delegated.show", K.LIST, READS_MONEY, "a list, complete; of a secret case what the register shows"),
    _post("delegated.make", K.LIST, frozenset({P.KEEP_REGISTER}), "make an organ's next list"),
    _post("delegated.note", K.LIST, frozenset({P.KEEP_REGISTER}), "note when it was told, adjusted and posted"),
    _get("meetings.index", K.LIST, frozenset({P.READ_REGISTER}), "the plan of meetings (*sammanträdesplan*)"),
    _post("meetings.plan", K.LIST, frozenset({P.KEEP_REGISTER}), "put meetings into the plan"),
    _get("meetings.show", K.LIST, frozenset({P.KEEP_REGISTER}), "a meeting, to be changed"),
    _post("meetings.move", K.LIST, frozenset({P.KEEP_REGISTER}), "another day for the meeting, or for papers to it"),
    _post("meetings.cancel", K.LIST, frozenset({P.KEEP_REGISTER}), "cancel the meeting"),
    _get("archive.index", K.LIST, frozenset({P.READ_ARCHIVE}), "closed and archived cases one may see"),
    _get("accounting.redistributions", K.LIST, frozenset({P.RECORD_BUDGET}), "redistributions that wait to be confirmed"),
    _get("accounting.entries_to_check", K.LIST, FINANCE, "budget entries that wait for a second person's look"),
    _get("ledger.index", K.MONEY, FINANCE, "what waits for the ledger, and the files that were made"),
    _post("ledger.make", K.MONEY, FINANCE, "make a file of what waits"),
    _get("ledger.show", K.MONEY, FINANCE, "one file's entries and answer"),
    _get("ledger.csv_file", K.MONEY, FINANCE, "the file"),
    _get("ledger.xlsx_file", K.MONEY, FINANCE, "the file"),
    _post("ledger.answer", K.MONEY, FINANCE, "note whether the ledger took the file"),
    _get("ledger.templates", K.MONEY, FINANCE | ADMINISTERS, "the templates of the ledger's files"),
    _get("ledger.new_template", K.MONEY, FINANCE | ADMINISTERS, "make a template"),
    _post("ledger.add_template", K.MONEY, FINANCE | ADMINISTERS, "make a template"),
    _get("ledger.template", K.MONEY, FINANCE | ADMINISTERS, "change a template"),
    _post("ledger.change_template", K.MONEY, FINANCE | ADMINISTERS, "change a template"),
    _get("codes.index", K.MONEY, FINANCE, "the code tables (*kodtabeller*)"),
    _get("codes.show", K.MONEY, FINANCE, "one part's codes"),
    _post("codes.upload", K.MONEY, FINANCE, "leave a file of codes"),
    _get("codes.review", K.MONEY, FINANCE, "what a file of codes would change"),
    _post("codes.take_in", K.MONEY, FINANCE, "read the file of codes in"),
    _get("outcome.index", K.MONEY, READS_MONEY, "the files of outcome (*utfall*) that were read in"),
    _get("outcome.show", K.MONEY, READS_MONEY, "what one file of outcome held"),
    _post("outcome.upload", K.MONEY, FINANCE, "leave a file of outcome"),
    _get("outcome.review", K.MONEY, FINANCE, "what a file of outcome says"),
    _post("outcome.take_in", K.MONEY, FINANCE, "read the file of outcome in"),
    _get("deliveries.index", K.LIST, SENDS, "what waits to be sent, and why (*utskick*)"),
    _post("deliveries.hurry", K.LIST, SENDS, "try now what waits for another try"),
    _post("deliveries.note_bounce", K.LIST, SENDS, "note a mail that came back"),
    _get("stored.index", K.LIST, frozenset({P.KEEP_REGISTER, P.ADMINISTER}), "what waits to be made or is damaged (*filer*)"),
    _get("desk.case", K.CASE, READS_CASES, "the case on one page"),
    _get("conversation.show", K.CASE, READS_CASES, "the conversation on a case, what one may read of it"),
    _post("conversation.write", K.CASE, READS_CASES, "write in the conversation"),
    _get("desk.download", K.CASE, READS_CASES, "a document of a case"),
    _get("desk.page_picture", K.CASE, READS_CASES, "a page of a document of a case, as a picture"),
    _get("printed.case_sheet", K.CASE, frozenset({P.READ_REGISTER}), "the case sheet; without right what the register shows"),
    _get("papers.letter", K.CASE, READS_CASES, "a submitted version as a Word file"),
    _get("papers.folder", K.CASE, READS_CASES, "the papers for the organ that the case was handed over to, as one folder"),
    _get("previews.show", K.CASE, READS_CASES, "the beginning of a document of a case"),
    _get("previews.picture", K.CASE, READS_CASES, "the first page of a document of a case, as a picture"),
    _get("funding_requests.new", K.WRITING, WRITES, "begin a request"),
    _post("funding_requests.create", K.WRITING, WRITES, "make the draft"),
    _get("funding_requests.read_in", K.WRITING, WRITES, "paste or upload a document to read in"),
    _post("funding_requests.take_in", K.WRITING, WRITES, "keep the document with a draft"),
    _get("funding_requests.write", K.WRITING, WRITES, "write the request"),
    _post("funding_requests.save", K.WRITING, WRITES, "save what is written"),
    _post("funding_requests.add_writer", K.WRITING, WRITES, "name a co-writer"),
    _get("funding_requests.read", K.WRITING, WRITES, "what was read beside the document it came from"),
    _post("funding_requests.fill", K.WRITING, WRITES, "put what was read into the draft"),
    _get("funding_requests.after_reading", K.WRITING, WRITES, "on to what remains to write"),
    _get("funding_requests.review", K.WRITING, WRITES, "check the answers"),
    _get("funding_requests.preview", K.WRITING, WRITES, "the document as a picture"),
    _get("funding_requests.draft_letter", K.WRITING, WRITES, "the draft as a Word file"),
    Row(
        endpoint="funding_requests.submit",
        method="POST",
        kind=K.ACT,
        door=door_of(A.SUBMIT),
        what="send it in",
        action=A.SUBMIT,
    ),
    *_act("funding_requests", A.DISCARD, "throw the draft away", Outcome.RULE),
    *_act("funding_requests", A.APPROVE, "let a request pass as nearest manager"),
    *_act("funding_requests", A.SEND_BACK, "send it back as nearest manager"),
    *_act("funding_requests", A.TAKE_BACK, "have it back from the nearest manager"),
    *_act("funding_requests", A.WITHDRAW, "take the request back", Outcome.RULE),
    *_act("funding_requests", A.FOLLOW, "begin a new request that follows the decided one", Outcome.RULE),
    *_act("decisions", A.DECIDE, "grant, grant in part or reject"),
    _get("decisions.preview", K.CASE, frozenset({P.DECIDE, P.KEEP_REGISTER}), "the decision as a picture"),
    *_act("decisions", A.REQUEST_COMPLETION, "send it back for completion"),
    *_act("decisions", A.RESUME, "go on without the completion"),
    *_act("decisions", A.HAND_OVER, "hand over to the political body"),
    *_act("decisions", A.GIVE_STATEMENT, "finance's statement"),
    *_act("decisions", A.TAKE_OVER, "enter that an organ takes the case over"),
    *_act("decisions", A.RECORD_MINUTES, "enter the organ's minutes"),
    *_act("decisions", A.REPLACE_DECISION, "a new decision in place of the one in force"),
    *_act("decisions", A.NOTE_APPEAL, "enter that a decision is appealed, and what the court came to"),
    *_act("dispatch", A.RECORD, "record in the budget and send the copies", Outcome.RULE),
    *_act("dispatch", A.SEND_COPIES, "send the copies where finance has not", Outcome.RULE),
    _get("dispatch.copies", K.CASE, READS_CASES, "every copy of a case's decisions: the proof of dispatch"),
    _get("dispatch.retry", K.CASE, frozenset({P.RECORD_BUDGET, P.KEEP_REGISTER}), "why a copy did not come through"),
    _get("dispatch.missive", K.CASE, frozenset({P.RECORD_BUDGET, P.KEEP_REGISTER}), "the letter that goes with a copy"),
    _post("dispatch.perform_retry", K.CASE, frozenset({P.RECORD_BUDGET, P.KEEP_REGISTER}), "send the copy again"),
    *_act("accounting", A.REDISTRIBUTE, "move money between lines", Outcome.RULE),
    *_act("accounting", A.CONFIRM_REDISTRIBUTION, "confirm the changed budget entry", Outcome.RULE),
    *_act("accounting", A.CHECK_ENTRY, "a second person finds the budget entry in order", Outcome.RULE),
    *_act("accounting", A.REPORT_INTERIM, "report how it stands at a tertial date", Outcome.RULE),
    *_act("accounting", A.REPORT_BACK, "account for the money", Outcome.RULE),
    *_act("accounting", A.ACCEPT_REPORT, "find the report in order", Outcome.RULE),
    *_act("accounting", A.RETURN_REPORT, "send the report back", Outcome.RULE),
    *_act("archive", A.CLEAN, "keep or clean out working material", Outcome.RULE),
    *_act("archive", A.CLOSE, "close the case", Outcome.RULE),
    *_act("archive", A.CLOSE_WITHOUT_REPORT, "close the case without its report", Outcome.RULE),
    *_act("archive", A.REOPEN, "open a closed case again", Outcome.RULE),
    Row(endpoint="archive.archive", method="POST", kind=K.ACT, door=door_of(A.ARCHIVE), what="archive cases", action=A.ARCHIVE),
    *_act("register", A.CHECK_REGISTRATION, "the registration has been checked", Outcome.UNKNOWN),
    *_act("register", A.ENTER_NUMBER, "number elsewhere, and the public title", Outcome.UNKNOWN),
    *_act("register", A.MARK_SECRECY, "set or confirm a secrecy mark", Outcome.UNKNOWN),
    *_act("register", A.LIFT_MARK, "lift the secrecy mark", Outcome.UNKNOWN),
    *_act("register", A.NOTE_FACT, "note what has happened to the case", Outcome.UNKNOWN),
    *_act("funding_requests", A.REGISTER_LETTER, "register a letter that came in"),
    _get("registered.correct_document", K.CASE, frozenset({P.KEEP_REGISTER}), "what the register says of a document"),
    _post("registered.perform_correct_document", K.CASE, frozenset({P.KEEP_REGISTER}), "correct what the register says of it"),
    *_act("register", A.RELATE, "say how the case belongs with another", Outcome.UNKNOWN),
    *_act("register", A.UNRELATE, "end a relation between two cases", Outcome.UNKNOWN),
    _get("masking.choose", K.CASE, frozenset({P.KEEP_REGISTER}), "the documents of a case, to choose one to mask"),
    *_act("masking", A.MASK_COPY, "make a masked copy of a document of a case", Outcome.UNKNOWN),
    _get("masking.picture", K.CASE, frozenset({P.KEEP_REGISTER}), "a page of a masked copy before it is made"),
    *_act("register", A.DECLARE_JAV, "declare a conflict of interest", Outcome.UNKNOWN),
    *_act("register", A.CORRECT, "correct by a new entry", Outcome.UNKNOWN),
    _get("dispatch.inbox", K.COPY, frozenset({P.RECEIVE_COPIES}), "the copies sent to one's units"),
    _get("dispatch.copy", K.COPY, frozenset({P.RECEIVE_COPIES}), "one copy; that it was opened is noted"),
    _get("dispatch.copy_document", K.COPY, frozenset({P.RECEIVE_COPIES}), "the decision, as sent"),
    _post("dispatch.acknowledge", K.COPY, frozenset({P.RECEIVE_COPIES}), "acknowledge a copy to be acted on"),
    _get("funds.index", K.MONEY, frozenset({P.READ_FUNDS}), "avsatta medel: set aside, granted and left"),
    _get("funds.show", K.MONEY, frozenset({P.READ_FUNDS}), "one fund with its ledger"),
    _get("funds.new", K.MONEY, frozenset({P.MANAGE_FUNDS}), "enter set-aside money"),
    _post("funds.create", K.MONEY, frozenset({P.MANAGE_FUNDS}), "enter set-aside money"),
    _get("funds.change", K.MONEY, frozenset({P.MANAGE_FUNDS}), "raise or lower it"),
    _post("funds.perform_change", K.MONEY, frozenset({P.MANAGE_FUNDS}), "raise or lower it"),
    _get("funds.change_rules", K.MONEY, frozenset({P.MANAGE_FUNDS}), "its own rules"),
    _post("funds.perform_change_rules", K.MONEY, frozenset({P.MANAGE_FUNDS}), "change its own rules"),
    _get("funds.close_year", K.MONEY, frozenset({P.MANAGE_FUNDS}), "let what is left lapse, or carry it over"),
    _post("funds.perform_close_year", K.MONEY, frozenset({P.MANAGE_FUNDS}), "let what is left lapse, or carry it over"),
    _get("funds.confirm", K.MONEY, frozenset({P.CONFIRM_AUTHORITY}), "confirm the political decision behind it"),
    _post("funds.perform_confirm", K.MONEY, frozenset({P.CONFIRM_AUTHORITY}), "confirm the political decision behind it"),
    _post("funds.discard", K.MONEY, frozenset({P.MANAGE_FUNDS, P.CONFIRM_AUTHORITY}), "take away an entry not confirmed"),
    _get("funds.orders", K.MONEY, READS_ORDERS, "the editions of the delegation order"),
    _get("funds.new_order", K.MONEY, ADMINISTERS, "enter an edition of the delegation order"),
    _post("funds.enter_order", K.MONEY, ADMINISTERS, "enter an edition of the delegation order"),
    _get("funds.order", K.MONEY, READS_ORDERS, "one edition with its clauses"),
    _get("funds.order_file", K.MONEY, READS_ORDERS, "the edition's PDF"),
    _post("funds.add_clause", K.MONEY, ADMINISTERS, "add a clause to an edition not confirmed"),
    _post("funds.remove_clause", K.MONEY, ADMINISTERS, "take a clause out of an edition not confirmed"),
    _post("funds.discard_order", K.MONEY, ADMINISTERS, "take away an edition not confirmed"),
    _post("funds.confirm_order", K.MONEY, frozenset({P.CONFIRM_AUTHORITY}), "confirm an edition as a whole"),
    _get("funds.delegations", K.MONEY, frozenset({P.ADMINISTER, P.CONFIRM_AUTHORITY}), "every delegation"),
    _get(
        "printed.delegations_in_force",
        K.MONEY,
        frozenset({P.ADMINISTER, P.CONFIRM_AUTHORITY}),
        "the delegations in force on a day (PDF)",
    ),
    _get("funds.new_delegation", K.MONEY, ADMINISTERS, "enter a delegation"),
    _post("funds.add_delegation", K.MONEY, ADMINISTERS, "enter a delegation"),
    _post("funds.confirm_delegation", K.MONEY, frozenset({P.CONFIRM_AUTHORITY}), "confirm a delegation"),
    _post("funds.end_delegation", K.MONEY, ADMINISTERS, "end a delegation"),
    _get("administration.persons", K.ADMINISTRATION, ADMINISTERS, "everyone with an account"),
    _get("administration.new_person", K.ADMINISTRATION, ADMINISTERS, "add a person"),
    _post("administration.new_person", K.ADMINISTRATION, ADMINISTERS, "add a person"),
    _get("administration.person", K.ADMINISTRATION, ADMINISTERS, "one person's roles, substitutes and sessions"),
    _post("administration.change_person", K.ADMINISTRATION, ADMINISTERS, "change a person's data"),
    _post("administration.new_link", K.ADMINISTRATION, ADMINISTERS, "give out a one-time link"),
    _post("administration.disable", K.ADMINISTRATION, ADMINISTERS, "close an account"),
    _post("administration.enable", K.ADMINISTRATION, ADMINISTERS, "open a closed account"),
    _post("administration.end_sessions", K.ADMINISTRATION, ADMINISTERS, "sign a person out everywhere"),
    _post("administration.grant_role", K.ADMINISTRATION, ADMINISTERS, "give a role from–to"),
    _post("administration.end_role", K.ADMINISTRATION, ADMINISTERS, "let a role end"),
    _post("administration.appoint_substitute", K.ADMINISTRATION, ADMINISTERS, "appoint a substitute (tf) from–to"),
    _post("administration.end_substitution", K.ADMINISTRATION, ADMINISTERS, "let a substitution end"),
    _get("administration.units", K.ADMINISTRATION, ADMINISTERS, "the units"),
    _post("administration.units", K.ADMINISTRATION, ADMINISTERS, "add a unit"),
    _post("administration.ask_manager", K.ADMINISTRATION, ADMINISTERS, "whether a unit asks its nearest manager"),
    _post("administration.end_unit", K.ADMINISTRATION, ADMINISTERS, "let a unit be chosen no more"),
    _get("recipients.index", K.ADMINISTRATION, ADMINISTERS, "the directory of recipients"),
    _post("recipients.index", K.ADMINISTRATION, ADMINISTERS, "add a recipient"),
    _post("recipients.end", K.ADMINISTRATION, ADMINISTERS, "let a recipient be chosen no more"),
    _get("organs.index", K.ADMINISTRATION, ADMINISTERS, "the organs"),
    _post("organs.index", K.ADMINISTRATION, ADMINISTERS, "add an organ"),
    _post("organs.set_deadlines", K.ADMINISTRATION, ADMINISTERS, "the working days that an organ allows"),
    _post("organs.end", K.ADMINISTRATION, ADMINISTERS, "let an organ be chosen no more"),
    _get("registers.index", K.ADMINISTRATION, ADMINISTERS, "the registers (*diarier*) with their next numbers"),
    _post("registers.index", K.ADMINISTRATION, ADMINISTERS, "add a register"),
    _get("registers.show", K.ADMINISTRATION, ADMINISTERS, "one register, and what a pattern would give"),
    _post("registers.change", K.ADMINISTRATION, ADMINISTERS, "change a register from its next number on"),
    _post("registers.end", K.ADMINISTRATION, ADMINISTERS, "let no new case go to a register"),
    _get("disclosure.index", K.DISCLOSURE, READS_DISCLOSURES, "the requests, open and closed"),
    _get("disclosure.new", K.DISCLOSURE, DISCLOSES, "note a request"),
    _post("disclosure.create", K.DISCLOSURE, DISCLOSES, "note a request"),
    _get("disclosure.show", K.DISCLOSURE, READS_DISCLOSURES, "a request, and documents found to add"),
    _get("disclosure.clarify", K.DISCLOSURE, DISCLOSES, "write anew what is asked for"),
    _post("disclosure.perform_clarify", K.DISCLOSURE, DISCLOSES, "write anew what is asked for"),
    _post("disclosure.add_item", K.DISCLOSURE, DISCLOSES, "add a document to the review"),
    _post("disclosure.remove_item", K.DISCLOSURE, DISCLOSES, "take a document out of the review"),
    _get("disclosure.item", K.DISCLOSURE, READS_DISCLOSURES, "a document in review"),
    _post("disclosure.assess", K.DISCLOSURE, DISCLOSES, "say what a document came to"),
    _get("disclosure.folder", K.DISCLOSURE, DISCLOSES, "what is handed out, as one folder"),
    _get("disclosure.hand_out", K.DISCLOSURE, DISCLOSES, "hand out"),
    _post("disclosure.perform_hand_out", K.DISCLOSURE, DISCLOSES, "hand out"),
    _get("disclosure.decide", K.DISCLOSURE, DISCLOSES, "refuse in writing"),
    _post("disclosure.perform_decide", K.DISCLOSURE, DISCLOSES, "refuse in writing"),
    _get("disclosure.decision_file", K.DISCLOSURE, READS_DISCLOSURES, "the written refusal (PDF)"),
    _get("disclosure.close", K.DISCLOSURE, DISCLOSES, "end the request"),
    _post("disclosure.perform_close", K.DISCLOSURE, DISCLOSES, "end the request"),
    _get("transfers.agreements", K.TRANSFER, READS_ARCHIVE, "the agreements with archives"),
    _get("transfers.new_agreement", K.TRANSFER, DELIVERS, "enter an agreement"),
    _post("transfers.add_agreement", K.TRANSFER, DELIVERS, "enter an agreement"),
    _get("transfers.agreement", K.TRANSFER, DELIVERS, "an agreement with its editions"),
    _post("transfers.change_agreement", K.TRANSFER, DELIVERS, "a new edition of the agreement"),
    _get("transfers.index", K.TRANSFER, READS_ARCHIVE, "the deliveries to archives"),
    _get("transfers.new", K.TRANSFER, DELIVERS, "what a delivery would hold"),
    _post("transfers.start", K.TRANSFER, DELIVERS, "begin a delivery"),
    _get("transfers.show", K.TRANSFER, READS_ARCHIVE, "a delivery: how far it has come, its packages"),
    _post("transfers.retry", K.TRANSFER, DELIVERS, "try the delivery again now"),
    _post("transfers.receive", K.TRANSFER, DELIVERS, "note receipts of the archive"),
    _post("transfers.refuse", K.TRANSFER, DELIVERS, "note that the archive did not take a package"),
    _post("transfers.replace", K.TRANSFER, DELIVERS, "deliver packages in place of the refused ones"),
    _get("transfers.report", K.TRANSFER, READS_ARCHIVE, "a file of the report that went along"),
    _get("administration.settings", K.ADMINISTRATION, ADMINISTERS, "the settings, as the operator has set them"),
)
ROWS: dict[tuple[str, str], Row] = {row.key: row for row in TABLE}
assert len(ROWS) == len(TABLE)
