"""What the pages of the roster are about, for the table of who may open which address."""

from typing import Any

from cppcc.files.models import StoredFile
from cppcc.sheets.models import ImportBatch
from members.models import Affiliation, Expert, LeaderLink, Particulars, Sector, SpecialDuty, Station
from members.sealing import cipher
from tests.members.ledger_rows import a_member, term
from tests.members.one_of_each import a_group
from tests.members.roster_rows import furnish_roster
from tests.world import World

EMPTY = {"rows": 0, "shown": [], "unknown": [], "blocked": False, "errors": [], "error_count": 0, "created": 0,
         "updated": 0, "unchanged": 0}  # fmt: skip


def furnish_members(world: World) -> dict[str, Any]:
    """member-econ and member-edu with a photograph and a row (row-econ, row-edu), and one of every other thing."""
    furnish_roster(world)
    found: dict[str, Any] = {}
    for person, committee in (("member", "econ"), ("member2", "edu")):
        member = found[f"member-{committee}"] = a_member(world, person, committee=committee, sector="经济界")
        found[f"row-{committee}"] = Affiliation.objects.get(member=member, kind="committee")
        Particulars.objects.create(person=member.person, photo=a_photo(world, member))
    member = found["member-econ"]
    found["expert"] = Expert.objects.create(person=world.users["nobody"].person)
    found["link"] = LeaderLink.objects.create(
        kind="chairs", leader=world.users["chair"].person, sector=Sector.objects.get(term=term(), name="教育界")
    )
    found["duty"] = SpecialDuty.objects.create(member=member, organization=world.orgs["dept1"], title="监督员")
    found["station"] = Station.objects.create(kind="studio", name="工作室", organization=world.orgs["econ"])
    found["group"] = a_group(world)
    found["batch-roster"] = ImportBatch.objects.create(
        kind="members.roster", file_name="名册.csv", data=cipher().encrypt("姓名\n赵甲子\n".encode()), sha256="0" * 64,
        arguments={"term": term().pk}, owner=world.users["clerk"], report=EMPTY,
    )  # fmt: skip
    return found


def a_photo(world: World, member: Any) -> StoredFile:
    """A photograph, as far as an address needs one."""
    stored = StoredFile.objects.create(
        name="照片.jpg", extension="jpg", media_type="image/jpeg", size=3, sha256="0" * 64, matter=member,
        uploaded_by=world.users["clerk"],
    )  # fmt: skip
    stored.path.parent.mkdir(parents=True, exist_ok=True)
    stored.path.write_bytes(b"\xff\xd8\xff")
    return stored
