"""Who of the house reads and keeps the roster, and which term is the present one."""

from collections.abc import Iterable
from typing import Any

from cppcc.office.access import may, organizations_with, reaches_any
from cppcc.office.models import Term
from cppcc.office.refusals import Forbidden
from cppcc.office.validity import today
from members.models.member import MANAGE, VIEW_ALL, VIEW_OWN_COMMITTEE

UNMASK = "members.unmask_particulars"
READS = (VIEW_ALL, VIEW_OWN_COMMITTEE)


def in_house(user: Any) -> bool:
    """Whether the user works in the house: its office, its leaders, its committees."""
    return reaches_any(user, VIEW_ALL) or bool(organizations_with(user, VIEW_OWN_COMMITTEE))


def require_house(user: Any) -> None:
    """Raise Forbidden for whoever is not of the house."""
    if not in_house(user):
        raise Forbidden("这一页只供机关内部查阅，如需了解请联系办公室。")


def reads_all(user: Any) -> bool:
    """Whether the user reads all members, not those of his committee only."""
    return reaches_any(user, VIEW_ALL)


def manages(user: Any) -> bool:
    """Whether the user keeps the roster."""
    return may(user, MANAGE)


def current_term(terms: Iterable[Term] | None = None) -> Term | None:
    """The term of today, out of `terms` when they were loaded already; before the first begins, the nearest one."""
    day = today()
    known = sorted(Term.objects.all() if terms is None else terms, key=lambda term: term.number)
    running = [term for term in known if term.starts <= day <= term.ends]
    past = [term for term in known if term.ends < day]
    return next(iter(running or past[-1:] or known[:1]), None)


def term_asked(number: str | None) -> Term | None:
    """The term of that number; the present one when there is none."""
    found = (
        Term.objects.filter(number=int(number)).first() if number and number.isascii() and number.isdigit() else None
    )
    return found or current_term()
