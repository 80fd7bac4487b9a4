"""Who may record, redistribute, report back and answer a report, exchange files with the ledger and read code tables in.
Pure; None, or one sentence that says why not.

The rule that keeps three persons apart (requester, decision maker, recorder; a substitute counts as both persons) is
``_three_persons``. Recording also wants the password again; that is asked for where the act is done.
"""

from collections.abc import Callable

from portal.accounting.amounts import left_of_cap
from portal.accounting.facts import Facts
from portal.funding_requests.lifecycle import Action, step
from portal.money import format_kronor
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.rules import barred
from portal.text import _


def out_of_turn(facts: Facts, action: Action) -> str | None:
    """The status does not allow the action (any more)."""
    if step(facts.status, action) is not None:
        return None
    if action is Action.RECORD and facts.status in ("dispatched", "reported", "settled"):
        return _("Beslutet är redan bokfört och expedierat.")
    return _("Åtgärden är inte möjlig i ärendets nuvarande läge. Ladda om sidan för att se vad som har hänt.")


def _finance(facts: Facts) -> str | None:
    if not facts.actor.may(Permission.RECORD_BUDGET):
        return _("Åtgärden görs av en ekonom.")
    return None


def _requester(facts: Facts) -> str | None:
    if not facts.actor.may(Permission.WRITE_REQUEST, facts.unit_id):
        return _("Åtgärden görs av den enhet som äskade.")
    return None


def _three_persons(facts: Facts) -> str | None:
    """Whoever handles the money has neither asked for it nor granted it."""
    if facts.actor.persons & facts.requesters:
        return _("Du har själv arbetat med äskandet. Åtgärden kan göras av en annan ekonom.")
    if facts.actor.persons & facts.decision_makers:
        return _("Du har själv beslutat i ärendet. Åtgärden kan göras av en annan ekonom.")
    return None


def _only_asked(facts: Facts) -> str | None:
    """The same rule seen from the requester: who granted or recorded does not also ask and account for the money."""
    if facts.actor.persons & facts.decision_makers:
        return _("Du har själv beslutat i ärendet. Åtgärden kan göras av en annan person på enheten.")
    if facts.actor.persons & facts.recorders:
        return _("Du har själv bokfört beslutet. Åtgärden kan göras av en annan person på enheten.")
    return None


def record(facts: Facts) -> str | None:
    """Recording the decision in the budget and sending the copies."""
    return out_of_turn(facts, Action.RECORD) or _finance(facts) or barred(facts) or _three_persons(facts)


def redistribute(facts: Facts) -> str | None:
    """Moving money between lines within the granted amount, as the decision allows."""
    return (
        out_of_turn(facts, Action.REDISTRIBUTE)
        or _requester(facts)
        or barred(facts)
        or _only_asked(facts)
        or _allowed_by_decision(facts)
    )


def _allowed_by_decision(facts: Facts) -> str | None:
    if not facts.granted or facts.priced_lines < 2:
        return _("Det finns inga rader att omfördela mellan: beslutet beviljar inte pengar på minst två rader.")
    if facts.status == "settled" and facts.report_due:
        return _("Slutredovisningen är godkänd. Beloppen kan inte längre omfördelas.")
    if facts.redistribution == "none":
        return _(
            "Beslutet tillåter inte omfördelning mellan raderna. Ett nytt äskande krävs, eller att den "
            "som beslutade ersätter beslutet."
        )
    if left_of_cap(facts.redistribution_cap, facts.moved) == 0:
        return _(
            "Beslutet tillåter omfördelning av högst %(cap)s och allt är redan omfördelat. Mer kräver ett nytt äskande.",
            cap=format_kronor(facts.redistribution_cap or 0),
        )
    return None


def confirm_redistribution(facts: Facts) -> str | None:
    """Confirming the changed budget entry: finance, and not whoever made the redistribution (they count as requester)."""
    return (
        out_of_turn(facts, Action.CONFIRM_REDISTRIBUTION)
        or _finance(facts)
        or barred(facts)
        or _three_persons(facts)
        or _something_to_confirm(facts)
    )


def _something_to_confirm(facts: Facts) -> str | None:
    if not facts.unconfirmed:
        return _("Det finns ingen omfördelning att bekräfta.")
    return None


def report_back(facts: Facts) -> str | None:
    """Reporting what the money was used for and what came of it."""
    refusal = out_of_turn(facts, Action.REPORT_BACK) or _requester(facts) or barred(facts) or _only_asked(facts)
    if refusal is None and facts.unconfirmed:
        return _("En omfördelning väntar på ekonomens bekräftelse. Slutredovisningen kan lämnas när den är bekräftad.")
    return refusal


def report_interim(facts: Facts) -> str | None:
    """Reporting how it stands at a tertial date, where the set-aside money asks for it."""
    refusal = out_of_turn(facts, Action.REPORT_INTERIM) or _requester(facts) or barred(facts) or _only_asked(facts)
    if refusal is None and facts.interim_due is None:
        return _("Ingen lägesrapport ska lämnas nu.")
    return refusal


def accept_report(facts: Facts) -> str | None:
    """Finding a final report in order."""
    return out_of_turn(facts, Action.ACCEPT_REPORT) or _finance(facts) or barred(facts) or _three_persons(facts)


def return_report(facts: Facts) -> str | None:
    """Sending a final report back with a reason."""
    return out_of_turn(facts, Action.RETURN_REPORT) or _finance(facts) or barred(facts) or _three_persons(facts)


def check_entry(facts: Facts) -> str | None:
    """Finding a budget entry in order: finance, and not whoever recorded it."""
    refusal = out_of_turn(facts, Action.CHECK_ENTRY) or _finance(facts) or barred(facts) or _three_persons(facts)
    if refusal:
        return refusal
    if not facts.control:
        return _("Kommunen låter inte en andra person kontrollera budgetjusteringar.")
    if not facts.to_check:
        return _("Ingen budgetjustering väntar på kontroll.")
    if facts.actor.persons & facts.to_check:
        return _("Du har själv bokfört justeringen. Kontrollen kan göras av en annan ekonom.")
    return None


KEEPERS = (Permission.RECORD_BUDGET, Permission.ADMINISTER)
"""As which of these someone keeps the ledger's templates, the first they hold."""


def refusal_to_export(actor: Actor) -> str | None:
    """Making a file for the ledger, and noting what the ledger answered."""
    if not actor.may(Permission.RECORD_BUDGET):
        return _("Filerna till ekonomisystemet görs av en ekonom.")
    return None


def refusal_to_hand_out(*, tells_labels: bool, has_become_secret: bool) -> str | None:
    """Handing out a file that was made before: it is never made anew, so one that tells what a line of a case is called is
    not handed out once the case is secret."""
    if tells_labels and has_become_secret:
        return _("Ett ärende i filen har sekretessmarkerats sedan den gjordes. Den lämnas inte ut igen.")
    return None


def refusal_to_keep_templates(actor: Actor) -> str | None:
    """Saying how the ledger wants its files."""
    if not any(actor.may(permission) for permission in KEEPERS):
        return _("Mallarna ändras av en ekonom eller en administratör.")
    return None


def refusal_to_read_codes(actor: Actor) -> str | None:
    """Reading a code table in."""
    if not actor.may(Permission.RECORD_BUDGET):
        return _("Kodtabellerna läses in av en ekonom.")
    return None


def refusal_to_read_outcome(actor: Actor) -> str | None:
    """Reading outcome in from the ledger."""
    if not actor.may(Permission.RECORD_BUDGET):
        return _("Utfallet läses in av en ekonom.")
    return None


REFUSALS: dict[Action, Callable[[Facts], str | None]] = {
    Action.RECORD: record,
    Action.REDISTRIBUTE: redistribute,
    Action.CONFIRM_REDISTRIBUTION: confirm_redistribution,
    Action.CHECK_ENTRY: check_entry,
    Action.REPORT_INTERIM: report_interim,
    Action.REPORT_BACK: report_back,
    Action.ACCEPT_REPORT: accept_report,
    Action.RETURN_REPORT: return_report,
}
