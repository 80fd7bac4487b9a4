"""What packages give to those before them, in one table; ``create_app`` puts it into ``app.extensions``.

Imports go one way. Where a package calls what lies beyond it (an outbox kind, what a noted fact means, why a case is late),
it asks the application for it under the name that stands here, and nothing is given by being imported.
"""

from collections.abc import Mapping
from typing import Any

from portal.accounting import control_queries
from portal.archive.transfer import handlers as transfer
from portal.decisions import lateness, reporting, statement_queries
from portal.decisions import listing as decisions
from portal.desk import indexed, marks, todo
from portal.desk.usual_code import usual_code
from portal.disclosure import deciding as disclosure
from portal.dispatch import handlers, holding
from portal.funding_requests import listing as requests
from portal.people.permissions import Permission

HANDED_IN: Mapping[str, Any] = {
    # outbox: what the worker does with a row of each kind, and what it does now and then
    "outbox_handlers": {
        **handlers.HANDLERS,
        **transfer.HANDLERS,
        disclosure.KIND: disclosure.make_document,
        **indexed.HANDLERS,
    },
    "outbox_recurring": (*handlers.RECURRING, *indexed.RECURRING),
    # db: what follows from any change, made in its transaction
    "before_commit": (indexed.index_acted_on,),
    # register.marking: what a fact means, by its kind; run in the transaction that notes it
    "when_noted": {"reported": reporting.reported, "adjusted": reporting.adjusted, "posted": reporting.posted},
    # register.marking: what follows when a mark is set or lifted; run in its transaction
    "when_marked": (holding.follow_marks,),
    # register.secrecy: what of a case can be marked beside the whole, and what marked documents are called
    "markable": marks.markable,
    "parts_named": marks.parts_named,
    # register.access: what is due from a permission beside the turn. Whoever gives the statement sees the case they are to
    # state their opinion on, also where it is secret; and so does whoever is to check its budget entry.
    "also_due": {Permission.STATE_OPINION: statement_queries.due, Permission.RECORD_BUDGET: control_queries.due},
    # funding_requests.listing: what makes a request late on a day; no request is late for two of these reasons
    "late": (requests.awaited_too_long, decisions.report_too_late, lateness.step_too_late),
    # decisions.statement_form: the code string a unit's money was last recorded on
    "usual_code": usual_code,
    # web.nav: how many cases wait for the person, and how many notices are unread
    "waiting_counts": todo.counts,
}
