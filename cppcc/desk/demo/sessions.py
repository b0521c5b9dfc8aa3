"""The day of a demo forum and what comes of it: agenda, papers, times, questions, outcome, answers, judgements."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files.base import ContentFile

from consultation.forums.outcome import draft_outcome
from consultation.forums.papers import deliver, list_papers
from consultation.forums.speaking import keep_speech
from consultation.forums.suggestions import collate, tell_proposers
from consultation.models import (
    DeskPress,
    Forum,
    Paper,
    Question,
    ReviewScore,
    ReviewSheet,
    Speech,
    SpeechKind,
    Suggestion,
)
from consultation.models.outcome import SuggestionState
from consultation.models.speech import SpeechStatus
from consultation.workflows.forum_suggestion import TRACKING
from consultation.workflows.paper import PAPER
from cppcc.desk.demo.courses import step
from cppcc.desk.demo.papers import put_out
from cppcc.desk.demo.past import at
from cppcc.documents.content import DocumentContent, Paragraph
from cppcc.documents.typeset import typeset
from cppcc.files.models import Classification
from cppcc.meetings.models import Participant
from cppcc.office.models import User

SHEETS, PAPER_NOTE = "会上收回的纸质评价表", "牵头委室代收"
PAPER_TEXT = "本件为演示材料，正式使用时由提供单位上传。"
BETWEEN = timedelta(seconds=30)  # until the next one speaks
CLASSES = ("member", "expert", "leader")


class Session:
    """One forum with its row of the file; `on` enters the past, `clerk` is of the leading committee."""

    def __init__(self, forum: Forum, row: dict[str, Any], year: Any) -> None:
        self.forum, self.row, self.year = forum, row, year
        self.clerk: User = year.of_the_lead(row)
        self.office: User = year.clerk

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The speeches of the file."""
        return list(self.row.get("speeches", ()))

    @cached_property
    def kinds(self) -> dict[str, SpeechKind]:
        """The kinds of speech of its rules."""
        return {kind.key: kind for kind in self.forum.rules.speechkinds.all()}

    @cached_property
    def people(self) -> dict[str, list[Participant]]:
        """Those on the list by their class, in its order."""
        found: dict[str, list[Participant]] = {}
        rows = Participant.objects.filter(meeting=self.forum.meeting_id)
        for one in rows.select_related("person", "organization", "participant_class").order_by("order", "pk"):
            found.setdefault(one.participant_class.key, []).append(one)
        return found

    def speaker(self, row: dict[str, Any]) -> dict[str, Any]:
        """Who speaks: {member: 2} is the third member of the list, {unit: zhujian} a unit."""
        for key in CLASSES:
            if key in row:
                one = self.people[key][row[key]]
                return {"participant": one, "organization": one.organization}
        return {"organization": self.year.names.units[row["unit"]]}

    # --- before ----------------------------------------------------------------------------------------------------

    def set_agenda(self) -> None:
        """What is known before: all but free speech; then the speakers owe their papers, too."""
        for row in self.rows:
            if row["kind"] != "free":
                keep_speech(self._speech(row), by=self.clerk)
        list_papers(self.forum, by=self.clerk)

    def _speech(self, row: dict[str, Any]) -> Speech:
        return Speech(
            forum=self.forum, kind=self.kinds[row["kind"]], subject=row.get("subject", ""), **self.speaker(row)
        )

    def hand_in_papers(self, *, some: bool = False) -> None:
        """Each paper is delivered and looked through; `some`: every third is still owed, one waits, one came back."""
        for place, paper in enumerate(Paper.objects.filter(forum=self.forum).order_by("order", "pk")):
            if some and place % 3 == 2:
                continue
            upload = ContentFile(self._printed(paper), name=f"{paper.label}.pdf")
            deliver(
                paper, upload, classification=Classification.INTERNAL, by=self.office, version=paper.version,
                source=PAPER_NOTE,
            )  # fmt: skip
            paper.refresh_from_db()
            if some and place == 0:
                step(PAPER, paper, "return", self.office, opinion="请压缩到1500字以内，补充近三年数据。")
            elif not some or place % 3:
                step(PAPER, paper, "approve", self.office)

    def _printed(self, paper: Paper) -> bytes:
        """One text for all papers of a kind: printing each would take most of the time of loading."""
        printed = self.year.printed
        if paper.label not in printed:
            content = DocumentContent(
                kind="minutes", masthead=f"{self.forum.rules}材料", number="示例", title=[paper.label], recipients=[],
                body=[Paragraph(PAPER_TEXT)], signature=[], date=self.row["day"], sealed=False,
            )  # fmt: skip
            printed[paper.label] = typeset(content)
        return printed[paper.label]

    # --- the day ---------------------------------------------------------------------------------------------------

    def speak(self) -> None:
        """Everybody speaks in turn, some longer than planned; questions are put and answered."""
        for row in self.rows:
            if row["kind"] == "free":
                keep_speech(self._speech(row), by=self.clerk)
        begin, spoken, presses = at(self.row["day"], 9, 5), self._in_order(), []
        for speech, row in spoken:
            speech.status, speech.began_at, speech.seconds = SpeechStatus.DONE, begin, round(row["minutes"] * 60)
            speech.record, end = row.get("record", ""), begin + timedelta(seconds=speech.seconds)
            presses += [self._press(speech, DeskPress.Act.START, begin), self._press(speech, DeskPress.Act.STOP, end)]
            begin = end + BETWEEN
        DeskPress.objects.bulk_create(presses)
        Speech.objects.bulk_update([one for one, _ in spoken], ["status", "began_at", "seconds", "record"])
        speeches = [speech for speech, _ in spoken]
        for row in self.row.get("questions", ()):
            answered = speeches[row["answered"]] if "answered" in row else None
            Question.objects.create(
                forum=self.forum, raised_in=speeches[row["raised"]], answered_in=answered, text=row["text"],
                answer=row.get("answer", ""), to=answered.organization if answered else None,
                linked_at=begin if answered else None,
            )  # fmt: skip

    def _press(self, speech: Speech, act: str, moment: datetime) -> DeskPress:
        name = uuid5(NAMESPACE_URL, f"demo:{speech.pk}:{act}")
        return DeskPress(forum=self.forum, speech=speech, act=act, at=moment, by=self.clerk, client_id=name)

    def _in_order(self) -> list[tuple[Speech, dict[str, Any]]]:
        """The speeches as the file has them, which is the order of the agenda."""
        found = self.forum.speeches.order_by("kind__order", "order", "pk").select_related("organization", "kind")
        return list(zip(found, self.rows, strict=True))

    # --- afterwards ------------------------------------------------------------------------------------------------

    def note_suggestions(self) -> None:
        """What was drawn from the speeches, each for a department."""
        speeches = [speech for speech, _ in self._in_order()]
        new = [
            Suggestion(
                forum=self.forum, order=order, text=row["text"], speech=speeches[row["speech"]],
                proposer=speeches[row["speech"]].participant, department=self.year.names.units[row["dept"]],
            )
            for order, row in enumerate(self.row.get("suggestions", ()), start=1)
        ]  # fmt: skip
        TRACKING.start_many(new, by=self.clerk)

    def send_outcome(self) -> None:
        """Drafted, signed, sealed, issued by the day of the file; the forum is reported and the departments have it."""
        on: date = self.row["reported"]
        with self.year.past.on(on - timedelta(days=3), 9, by=self.office):
            form = self.forum.rules.outcomeforms.get(default=True)
            drafted: Any = draft_outcome(self.forum, form, by=self.office).document
        days = {
            "drafted": on - timedelta(days=3),
            "reviewed": on - timedelta(days=2),
            "signed": on - timedelta(days=1),
            "issued": on,
            "received": on,
        }
        put_out(drafted, days, self.year.names, self.year.past)

    def answer_suggestions(self) -> None:
        """What the departments reported, and that the proposers know."""
        day = self.row["reported"] + timedelta(days=40)
        with self.year.on(day, 10, self.office):
            rows = self.row.get("suggestions", ())
            for suggestion, row in zip(self._suggestions(), rows, strict=True):
                source = f"{suggestion.department}来函"
                for act in row.get("acts", ()):
                    step(TRACKING, suggestion, act, self.office, opinion=row["news"], proxy_source=source)
            answered = [one.pk for one in self._suggestions() if one.wants_telling]
            if answered and self.row.get("told", True):
                tell_proposers(self.forum, answered, how="电话反馈", by=self.clerk)
        with self.year.on(day + timedelta(days=2), 10, self.clerk):
            collate(Forum.objects.get(pk=self.forum.pk), self._collated(), on=min(
                day + timedelta(days=2), self.year.yesterday), by=self.clerk)  # fmt: skip

    def _suggestions(self) -> Iterable[Suggestion]:
        return self.forum.suggestions.select_related("department", "forum", "proposer").order_by("order", "pk")

    def _collated(self) -> str:
        states = [SuggestionState(one.state) for one in self._suggestions()]
        done = states.count(SuggestionState.SETTLED)
        return f"共{len(states)}条意见建议，已落实{done}条，其余正在办理或已说明理由，将继续跟踪。"

    def judge(self) -> None:
        """Every second of those who came fills a sheet."""
        came = Participant.objects.filter(meeting=self.forum.meeting_id).came().order_by("order", "pk")[::2]
        items, remarks = list(self.forum.rules.reviewitems.all()), self.row.get("remarks", [])
        sheets = ReviewSheet.objects.bulk_create(
            ReviewSheet(
                forum=self.forum, participant=one, source=SHEETS, by=self.office,
                remark=remarks[place] if place < len(remarks) else "",
            )
            for place, one in enumerate(came)
        )  # fmt: skip
        ReviewScore.objects.bulk_create(
            ReviewScore(sheet=sheet, item=item, score=item.best - (place + number) % 3)
            for place, sheet in enumerate(sheets) for number, item in enumerate(items)
        )  # fmt: skip
