"""Whether it is the leading committee that acts on what hangs on a forum, or another one."""

from cppcc.office.roles import Scope, acts_of
from cppcc.workflow.engine import Act


def another_leads(act: Act) -> bool:
    """Whether a committee acts on its own account that does not lead the forum; the office acts for all."""
    acting = act.acting
    own = acting is not None and acts_of(acting.role).get(act.transition.permission) == Scope.OWN
    return own and acting is not None and acting.organization_id != act.obj.forum.lead_id
