"""Which outside experts fit a topic: by words of their fields and of their work, by how often they came. R080."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from cppcc.meetings.models.participants import CAME
from cppcc.office.models import Person
from cppcc.office.validity import today, valid_on
from members.models import Expert, Field, Member

BY_FIELD, BY_STRENGTH = 3, 2
WORDS = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True)
class Suggested:
    """An expert who fits: the words that found him, the more `score` the better, how often he came."""

    expert: Expert
    score: int
    words: list[str]
    used: int

    @property
    def why(self) -> str:
        """In words."""
        return f"涉及{'、'.join(self.words)}"


def listed() -> QuerySet[Expert]:
    """The pool with fields and with how many meetings each came to, as `used`."""
    came = Count("person__participations", filter=Q(person__participations__attendance__in=CAME), distinct=True)
    return Expert.objects.select_related("person").prefetch_related(Prefetch("fields", Field.objects.all())).annotate(
        used=came
    )  # fmt: skip


def suggest(text: str, *, limit: int = 10) -> list[Suggested]:
    """The experts in the pool today who fit the text of a topic, the best first; present members are left out. R080.

    Two queries, whatever the pool holds.
    """
    asked = text.strip()
    if not asked:
        return []
    day = today()
    members = Member.objects.filter(valid_on(day)).values("person")
    pool = listed().filter(valid_on(day)).exclude(person__in=members)
    found = [fit_of(expert, asked) for expert in pool]
    fitting = [suggested for suggested in found if suggested.score]
    return sorted(fitting, key=lambda s: (-s.score, -s.used, s.expert.person.pinyin))[:limit]


def fit_of(expert: Expert, text: str) -> Suggested:
    """How well an expert of `listed` fits a text."""
    by_field = _found((word for field in expert.fields.all() for word in words_of(field.words, field.name)), text)
    by_strength = _found(words_of(expert.strengths), text)
    score = BY_FIELD * len(by_field) + BY_STRENGTH * len(by_strength)
    noted: Any = expert
    return Suggested(expert, score, list(dict.fromkeys([*by_field, *by_strength])), noted.used)


def words_of(*texts: str) -> list[str]:
    """The words of lists that are parted by 、 and the like."""
    return [word for text in texts for word in WORDS.split(text) if word]


def _found(words: Iterable[str], text: str) -> list[str]:
    """Words that the text has; of longer ones (城市更新改造) it is enough that it has their beginning (城市更新)."""
    return list(dict.fromkeys(word for word in words if word in text or (len(word) > 3 and word[:4] in text)))


def sentence_for_member(person: Person) -> str:
    """Why a person cannot be an outside expert now; "" when he can."""
    if Member.objects.valid().filter(person=person).exists():
        return f"{person.name}现为政协委员，不作为外请专家入库；需要他参加协商的，请从委员名册邀请。"
    return ""
