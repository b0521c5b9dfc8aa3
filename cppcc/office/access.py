"""May this user do this act on this object, and in which post? Dates decide, superuser rights do not."""

from cppcc.office.acting import Acting
from cppcc.office.refusals import Forbidden
from cppcc.office.roles import Scope, acts_of


def acting_for(user, act: str, obj=None) -> Acting | None:
    """The post in which `user` may do `act` (on `obj`), the narrowest scope first; None when there is none.

    `obj.owned_by(acting)` answers scope OWN, `obj.names(acting, act)` scope NAMED; a missing method denies.
    Without `obj` the question is whether some object could be reached (menus, "new" buttons).
    """
    if not user.is_authenticated:
        return None
    found = [(acting, acts_of(acting.role).get(act)) for acting in user.acting]
    for scope in (Scope.NAMED, Scope.OWN, Scope.ANY):
        for acting, given in found:
            if given is not None and _reaches(acting, act, given, scope, obj):
                return acting
    return None


def _reaches(acting: Acting, act: str, given: Scope, asked: Scope, obj) -> bool:
    if obj is None:
        return given == asked
    if asked == Scope.NAMED:
        return given in (Scope.NAMED, Scope.ANY) and _ask(obj, "names", acting, act)
    if asked == Scope.OWN:
        return given == Scope.OWN and _ask(obj, "owned_by", acting)
    return given == Scope.ANY


def _ask(obj, method: str, *args) -> bool:
    answer = getattr(obj, method, None)
    return bool(answer and answer(*args))


def may(user, act: str, obj=None) -> bool:
    """Whether `acting_for` finds a post."""
    return acting_for(user, act, obj) is not None


def require(user, act: str, obj=None) -> Acting:
    """The post in which `user` does `act`. Raises Forbidden when there is none."""
    acting = acting_for(user, act, obj)
    if acting is None:
        raise Forbidden("您目前的岗位没有办理这项工作的权限，如需办理请联系办公室。")
    return acting


def organizations_with(user, act: str) -> list[int]:
    """The organisations for which `user` may do `act` in scope OWN."""
    return [acting.organization_id for acting in user.acting if acts_of(acting.role).get(act) == Scope.OWN]


def reaches_any(user, act: str) -> bool:
    """Whether `user` may do `act` on every object."""
    return any(acts_of(acting.role).get(act) == Scope.ANY for acting in user.acting)
