"""Loading the demo: the profile, the city, its people, its plans; all of it or nothing."""

from pathlib import Path
from typing import Any

import yaml
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from consultation.models import (
    AnnualPlan,
    CountyAdoption,
    Forum,
    Paper,
    ReviewSheet,
    Solicitation,
    Speech,
    Suggestion,
    Topic,
    TopicSuggestion,
)
from cppcc.deadlines.models import Task
from cppcc.desk.demo.city import build_city
from cppcc.desk.demo.forums import live_forums
from cppcc.desk.demo.meetings import live_meetings
from cppcc.desk.demo.members import live_members
from cppcc.desk.demo.papers import live_documents, name_series
from cppcc.desk.demo.past import Past
from cppcc.desk.demo.people import settle_people
from cppcc.desk.demo.rows import Names
from cppcc.desk.demo.seals import make_seals
from cppcc.desk.demo.tasks import live_tasks
from cppcc.desk.demo.years import live_2025, live_2026, live_2027
from cppcc.documents.models import Document, Seal
from cppcc.files.models import StoredFile
from cppcc.meetings.models import Meeting
from cppcc.office import profiles
from cppcc.office.groups import sync_groups, sync_permissions
from cppcc.office.models import Office, Person
from cppcc.workflow.models import Decision, Sitting, Snapshot
from members.models import Affiliation, LeaderLink, Member, Particulars, SpecialDuty

PROFILE = "municipal"
ROSTER = (Person, Particulars, Member, Affiliation, SpecialDuty, LeaderLink)
HISTORIES = (
    AnnualPlan,
    CountyAdoption,
    Solicitation,
    Topic,
    TopicSuggestion,
    Document,
    Seal,
    Forum,
    Paper,
    Suggestion,
    Speech,
    Meeting,
    Task,
    Sitting,
    Decision,
    *ROSTER,
)


@transaction.atomic
def load_demo() -> None:
    """Fill an empty database with the demo office."""
    profiles.load(PROFILE)
    Office.objects.update(profile=PROFILE)
    build_city(read("city"))
    settle_people(read("people"))
    sync_groups()
    sync_permissions()
    names, past = Names(), Past()
    papers = read("papers")
    name_series(papers["code"])
    make_seals(names, past)
    live_members(read("members"), names, past)
    live_2025(read("plan_2025"), names, past)
    live_2026(read("plan_2026"), names, past)
    live_2027(read("plan_2027"), names, past)
    live_documents(papers, names, past)
    live_meetings(read("meetings"), names, past)
    live_tasks(read("tasks"), names, past)
    live_forums(read("forums"), names, past)
    _settle(past)
    ContentType.objects.clear_cache()


def read(name: str) -> dict[str, Any]:
    """A file of the demo's data."""
    return yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))


def _settle(past: Past) -> None:
    for model in HISTORIES:
        past.settle_history(model)
    for model in (
        AnnualPlan,
        CountyAdoption,
        Solicitation,
        TopicSuggestion,
        Document,
        Meeting,
        Task,
        Forum,
        Paper,
        Suggestion,
    ):
        past.settle(model, "created_at")
    past.settle(Snapshot, "created_at")
    past.settle(StoredFile, "created_at")
    past.settle(Decision, "recorded_at")
    past.settle(ReviewSheet, "at")
