"""Amounts that a document mentions and that are neither its total nor a line of its budget."""

import bisect
from collections.abc import Sequence

from portal.documents.reading.amounts_in import amounts_in
from portal.documents.reading.layout import Line
from portal.documents.reading.shapes import OtherAmount, Reading, Span


def read_other_amounts(reading: Reading, lines: Sequence[Line], text: str) -> None:
    """The amounts that stand outside the points, the budget lines, the title and the running heads."""
    taken = sorted(
        [
            *reading.spans.get("decision_or_proposal", []),
            *reading.spans.get("budget_lines", []),
            *reading.spans.get("title", []),
            *(line.span for line in lines if line.noise),
        ]
    )
    starts = [span.start for span in taken]
    for found in amounts_in(text):
        at = bisect.bisect_right(starts, found.start) - 1
        inside = at >= 0 and found.start < taken[at].end
        if not inside and (found.kronor is None or found.kronor != reading.amount_total_sek):
            reading.other_amounts.append(OtherAmount(found.as_written, found.kronor, Span(found.start, found.end)))
