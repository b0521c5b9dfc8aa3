"""The storm's judge, on mails made by hand: each fault excuses one more copy and no other."""

import pytest

from tests.faults.judging import AFTER_A_CRASH, AFTER_A_CUT, OTHER_ID, TWICE, reasons
from tests.smtp_sink import Taken

CRASHES = [(10.0, 11.5)]


def mail(at: float, *, cut: bool = False, message_id: str = "<one@example.org>") -> Taken:
    """A mail taken at that second."""
    return Taken(at, "a@example.org", message_id, b"", cut=cut)


@pytest.mark.parametrize(
    ("mails", "found"),
    [
        ([mail(1)], {}),
        ([mail(1, cut=True), mail(3)], {AFTER_A_CUT: 1}),
        ([mail(1, cut=True), mail(3, cut=True), mail(7)], {AFTER_A_CUT: 2}),
        ([mail(11), mail(20)], {AFTER_A_CRASH: 1}),
        ([mail(1, cut=True), mail(11), mail(20)], {AFTER_A_CUT: 1, AFTER_A_CRASH: 1}),
        ([mail(1), mail(3)], {TWICE: 1}),
        ([mail(1, cut=True), mail(3), mail(5)], {AFTER_A_CUT: 1, TWICE: 1}),
        ([mail(11), mail(12), mail(13)], {AFTER_A_CRASH: 1, TWICE: 1}),
        ([mail(1, cut=True), mail(3, message_id="<two@example.org>")], {OTHER_ID: 1}),
    ],
)
def test_each_fault_excuses_one_more_copy(mails, found):
    assert dict(reasons(mails, CRASHES)) == found
