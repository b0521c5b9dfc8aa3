"""Finding persons by name, pinyin or initials."""

import re

from django.db.models import Q, QuerySet

from cppcc.office.models import Person

LATIN = re.compile(r"[a-z ]{1,60}")


def matching(words: str, prefix: str = "") -> Q:
    """Persons whose name contains `words`, or whose pinyin or initials begin with it. `prefix`: over a relation.

    Pinyin may be typed with or without blanks.
    """
    asked = " ".join(words.lower().split())
    found = Q(**{f"{prefix}name__icontains": asked})
    if not LATIN.fullmatch(asked):
        return found
    syllables = "".join(f"{letter} ?" for letter in asked.replace(" ", ""))
    return found | Q(**{f"{prefix}pinyin__regex": f"(^|[|]){syllables}"})


def find(words: str, most: int = 30) -> QuerySet[Person]:
    """At most `most` persons, by the sound of their names."""
    return (
        Person.objects.filter(matching(words)).order_by("pinyin", "pk")[:most]
        if words.strip()
        else Person.objects.none()
    )
