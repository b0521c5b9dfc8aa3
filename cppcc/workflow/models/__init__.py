"""What the engine writes down."""

from cppcc.workflow.models.chains import ApprovalChain, ApprovalRound, ApprovalStep
from cppcc.workflow.models.matter import Matter
from cppcc.workflow.models.movement import Movement, Snapshot, Waiting
from cppcc.workflow.models.sittings import Decision, Sitting

__all__ = [
    "ApprovalChain",
    "ApprovalRound",
    "ApprovalStep",
    "Decision",
    "Matter",
    "Movement",
    "Sitting",
    "Snapshot",
    "Waiting",
]
