"""Models of members, one file a matter."""

from members.models.contacts import Contact
from members.models.duties import LeaderLink, SpecialDuty, Station
from members.models.experts import Expert, Field
from members.models.ledger import Act, EntryProposal, PerformanceEntry
from members.models.member import Affiliation, Member
from members.models.money import Allowance, GroupMoney
from members.models.norms import AttendanceNorm
from members.models.particulars import Particulars, Unmasking
from members.models.sectors import Position, Sector, SectorGroup
from members.models.wordings import Wording

__all__ = [
    "Act",
    "Affiliation",
    "Allowance",
    "AttendanceNorm",
    "Contact",
    "EntryProposal",
    "Expert",
    "Field",
    "GroupMoney",
    "LeaderLink",
    "Member",
    "Particulars",
    "PerformanceEntry",
    "Position",
    "Sector",
    "SectorGroup",
    "SpecialDuty",
    "Station",
    "Unmasking",
    "Wording",
]
