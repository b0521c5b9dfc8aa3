"""The words of due rules that mean the same in every matter: the office and the heads of the house."""

from cppcc.deadlines.registry import Holder
from cppcc.office.models import Post
from cppcc.office.roles import Role

WORDS = {"office": Role.OFFICE_CLERK, "secretary_general": Role.SECRETARY_GENERAL, "chair": Role.CHAIR}


def house_seats() -> dict[str, list[Holder]]:
    """word -> the first seat of its role today; [] while there is none. One query."""
    found: dict[str, list[Holder]] = {word: [] for word in WORDS}
    words = {role: word for word, role in WORDS.items()}
    posts = Post.objects.valid().filter(role__in=words).order_by("-order", "-pk")
    for organization, role in posts.values_list("organization_id", "role"):
        found[words[Role(role)]] = [(organization, role)]
    return found
