"""What the words of due rules are called on screen: who does it, whom one reports to, from which day one counts."""

from cppcc.office.roles import Role

WORDS = {
    "lead_committee": "牵头委室",
    "office": "办公室",
    "addressees": "征集对象",
    "county": "县（市、区）政协",
    "recipients": "收文单位",
    "step": "当前审批环节的承办方",
    "keeper": "经办单位",
    "owner": "承办单位",
    "giver": "交办单位",
    **dict(Role.choices),
}

ANCHORS = {
    "session": "会议",
    "closes_on": "征集截止",
    "submitted": "提请审批",
    "issued": "计划印发",
    "sent": "公文印发",
    "raised": "反映困难",
    "task_due": "任务的完成期限",
}


def called(word: str) -> str:
    """The word on screen; an unknown one stands for itself."""
    return WORDS.get(word, word)


def choices(*kept: str) -> list[tuple[str, str]]:
    """All known words, and those of `kept` that are not among them."""
    return [*WORDS.items(), *((word, word) for word in dict.fromkeys(kept) if word and word not in WORDS)]


def anchor_called(word: str) -> str:
    """The day from which a rule counts; an unknown one is only called so."""
    return ANCHORS.get(word, "起算日")
