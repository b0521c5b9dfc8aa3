"""What the pages of the ledger are about, for the tables that walk over all addresses, models and workflows."""

from typing import Any

from django.utils import timezone

from cppcc.files.models import StoredFile
from members.models import Allowance, Contact, EntryProposal, Wording
from tests.members.ledger_rows import a_contact, a_member, a_proposal, acts, entries
from tests.world import World


def furnish_ledger(world: World, things: dict[str, Any]) -> None:
    """An entry with evidence, a proposal and a contact of each of two members (econ, edu), an allowance."""
    acts()
    for key, who in (("econ", "member"), ("edu", "member2")):
        member = things[f"member-{key}"]
        stored = StoredFile.objects.create(
            name="照片.png", extension="png", media_type="image/png", size=4, sha256="0" * 64,
            uploaded_by=world.users["clerk"],
        )  # fmt: skip
        stored.path.parent.mkdir(parents=True, exist_ok=True)
        stored.path.write_bytes(b"\x89PNG")
        things[f"entry-{key}"] = entries(world, member, 1, evidence=stored)[0]
        things[f"proposal-{key}"] = a_proposal(world, member, created_by=world.users[who])
        things[f"contact-{key}"] = a_contact(world, member, key)
    things["allowance"] = an_allowance(world, things["member-econ"])


def ledger_rows(world: World, member: Any) -> None:
    """A row of every model of the ledger."""
    entries(world, member, 1)
    a_proposal(world, member)
    a_contact(world, member)
    an_allowance(world, member)
    Wording.objects.create(key="a", label="证明", text="{name}出席。")


def an_allowance(world: World, member: Any) -> Allowance:
    """A hundred yuan for a journey today."""
    return Allowance.objects.create(
        member=member, kind="travel", on=timezone.localdate(), amount=100, recorded_by=world.users["clerk"]
    )


def proposed(world: World) -> EntryProposal:
    """A member's own entry, for the matrix of transitions."""
    return a_proposal(world, a_member(world, committee="econ"))


def raised(unit: str = "office") -> Any:
    """A contact with a difficulty, for the matrix of transitions."""

    def made(world: World) -> Contact:
        return a_contact(world, a_member(world), unit, difficulty="用工难", state="open")

    return made
