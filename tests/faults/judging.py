"""Whether each copy of a mail that came more than once had its own reason."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tests.smtp_sink import Taken

AFTER_A_CUT, AFTER_A_CRASH, TWICE, OTHER_ID = "again_after_a_cut", "again_after_a_crash", "twice", "other_id"


def reasons(mails: Sequence[Taken], crashes: Sequence[tuple[float, float]]) -> Counter[str]:
    """Why the copies of one mail (same recipient and subject) were taken again, a count for each reason.

    A fault excuses one more copy, that which follows the mail it hit: the line of that mail was cut, or a drain was
    killed or stood still while it was taken (`crashes`, monotonic seconds from and to). What no fault excuses is
    TWICE; a copy under another Message-ID is OTHER_ID, whatever came before it.
    """
    found: Counter[str] = Counter()
    for mail, following in pairwise(mails):
        if following.message_id != mail.message_id:
            found[OTHER_ID] += 1
        elif mail.cut:
            found[AFTER_A_CUT] += 1
        elif any(begin <= mail.at <= end for begin, end in crashes):
            found[AFTER_A_CRASH] += 1
        else:
            found[TWICE] += 1
    return found
