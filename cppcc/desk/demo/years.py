"""The three years of the demo: 2025 closed, 2026 running, 2027 being asked for."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from consultation.issue import KIND as NOTICE
from consultation.models import AnnualPlan, PartyConsultation, Solicitation, SolicitationChannel, TopicSuggestion
from consultation.models.topic import Part
from consultation.suggesting import ask_channels, channel_of, consolidate, note_answer
from consultation.topic_letter import KIND as LETTER
from consultation.topics import create_many, editing
from consultation.workflows.solicitation import SOLICITATION
from consultation.workflows.suggestion import SUGGESTION
from consultation.workflows.topic import TOPIC
from cppcc.desk.demo.courses import Course, set_consulted, set_months, step, write_parts_only
from cppcc.desk.demo.papers import published
from cppcc.desk.demo.past import Past
from cppcc.desk.demo.rows import Names

ROUND_STAYS_OPEN = timedelta(days=40)


def live_2025(data: dict[str, Any], names: Names, past: Past) -> None:
    """Sent back once, one forum short with its reason, carried out, closed."""
    course, days, moved = Course(data, names, past), data["days"], data["moved"]
    course.start(days["created"])
    rows = [row | {"m": moved["before"]} if row["t"] == moved["t"] else row for row in data["topics"]]
    course.draft(rows, days["created"])
    course.move("submit", days["submitted"], opinion=days["reason"])
    course.decide("pass", days["four_offices"], by="mishuzhang")
    course.decide("send_back", days["returned"], by="zhuxi")
    course.edit(moved["t"], days["resubmitted"], set_months(moved["m"]))
    course.move("submit", days["resubmitted"], opinion=days["reason"])
    course.decide("pass", days["chairs"], by="zhuxi")
    course.decide("pass", days["standing_committee"], by="shiweiban")
    course.decide("pass", days["plenary"], by="mishuzhang")
    published(course.plan, NOTICE, days["notice"], names, past)
    course.plan = AnnualPlan.objects.get(pk=course.plan.pk)
    course.adopt()
    course.carry_out()
    course.move("close", days["closed"], opinion=days["close_reason"])


def live_2026(data: dict[str, Any], names: Names, past: Past) -> None:
    """Asked for, amended by the standing committee, issued, running; one topic beside the plan, one dropped."""
    course, days, dropped, amendment = Course(data, names, past), data["days"], data["dropped"], data["amendment"]
    course.start(days["created"])
    PartyConsultation.objects.bulk_create(PartyConsultation(**row) for row in data["parties"])
    course.draft([*data["topics"], dropped], days["round"]["closes"])
    _asked_in_the_past(course, days["round"])
    with past.on(dropped["day"], by=course.clerk):
        step(TOPIC, course.topic(dropped["t"]), "withdraw", course.clerk, opinion=dropped["reason"])
    course.move("submit", days["submitted"])
    course.decide("pass", days["party_group"], by="zhuxi")
    course.decide("pass_amended", days["standing_committee"], by="shiweiban")
    departments = [names.units[key] for key in amendment["dept"]]
    course.edit(amendment["t"], days["amended"], lambda topic: set_consulted(topic, departments, amendment["remark"]))
    course.move("finish_amendment", days["amended"])
    published(course.plan, NOTICE, days["notice"], names, past)
    course.plan = AnnualPlan.objects.get(pk=course.plan.pk)
    course.adopt()
    _off_plan(course, data["off_plan"])
    _adjusted(course, data["adjusted"])
    course.carry_out()


def _asked_in_the_past(course: Course, row: dict[str, Any]) -> None:
    """The round of the year before: who proposed a topic has suggested it."""
    past = course.past
    solicitation = _new_round(course, row, closes=row["closes"])
    suggested = [topic for topic in course.plan.topics.prefetch_related("units__organization") if topic.proposers][:16]
    channels = list(SolicitationChannel.objects.all())
    for place, topic in enumerate(suggested):
        unit, day = topic.proposers[0], row["opens"] + timedelta(days=3 + 2 * place)
        with past.on(day, by=course.clerk):
            suggestion = TopicSuggestion(
                solicitation=solicitation, organization=unit, channel=channel_of(unit, channels), title=topic.title,
                month=topic.month_from, supervisory=topic.supervisory,
                proxy_source=f"{unit}{day.month}月{day.day}日来函",
            )  # fmt: skip
            SUGGESTION.start(suggestion, by=course.clerk)
            suggestion.forms.set(topic.forms.all())
            note_answer(solicitation, [unit], on=day)
    with past.on(row["closes"], by=course.clerk):
        solicitation.refresh_from_db()
        step(SOLICITATION, solicitation, "close", course.clerk)
    titles = {topic.title: topic for topic in suggested}
    with past.on(row["closes"], 14, by=course.clerk):
        for suggestion in solicitation.suggestions.all():
            step(SUGGESTION, suggestion, "adopt", course.clerk, data={"topic": titles[suggestion.title]})


def _off_plan(course: Course, row: dict[str, Any]) -> None:
    """R017: what the government asks for during the year stands beside the plan."""
    names = course.names
    fields = names.fields(row) | {"off_plan": True, "off_plan_origin": names.units[row["origin"]]}
    with course.past.on(row["day"], by=course.clerk) as moment, editing(course.plan.pk, adding_outside=True) as plan:
        create_many(plan, [(fields, names.parts(row), names.stages(row))], by=course.clerk)
        plan.topics.filter(title=row["t"]).update(created_at=moment)


def _adjusted(course: Course, row: dict[str, Any]) -> None:
    with course.past.on(row["day"], by=course.clerk):
        topic = course.topic(row["t"])
        step(TOPIC, topic, "adjust", course.clerk, opinion=row["reason"], data={"save": set_months(row["m"])})


def live_2027(data: dict[str, Any], names: Names, past: Past) -> None:
    """The round is open: some have answered, some overlap, two topics have been made of four suggestions."""
    course, row = Course(data, names, past), data["round"]
    course.start(row["entered"])
    closes = max(row["closes"], timezone.localdate() + ROUND_STAYS_OPEN)
    solicitation = _new_round(course, row, closes=closes)
    made = {entry["t"]: _suggest(course, solicitation, entry) for entry in data["suggestions"]}
    for entry in data["nothing"]:
        with past.on(entry["day"], by=names.users[entry["by"]]):
            note_answer(solicitation, [names.units[entry["unit"]]], on=entry["day"], nothing=True)
    for entry in data["consolidated"]:
        with past.on(entry["day"], 15, by=course.clerk) as moment:
            suggestions = [made[title] for title in entry["from"]]
            topic = consolidate(suggestions, by=course.clerk, title=entry["title"])
            write_parts_only(topic, {Part.LEAD: [names.units[key] for key in entry["lead"]]})
            course.plan.topics.filter(pk=topic.pk).update(created_at=moment)
    declined = data["declined"]
    with past.on(declined["day"], 16, by=course.clerk):
        step(SUGGESTION, made[declined["t"]], "decline", course.clerk, opinion=declined["reason"])


def _new_round(course: Course, row: dict[str, Any], *, closes: date) -> Solicitation:
    """A round that is open, and written to by a 征题函; some units have not been written to."""
    solicitation = Solicitation(
        plan=course.plan, title=row["title"], opens_on=row["opens"], closes_on=closes, requirements=row["requirements"]
    )
    with course.past.on(row["opens"], by=course.clerk):
        SOLICITATION.start(solicitation, by=course.clerk)
        solicitation.channels.set(SolicitationChannel.objects.valid())
        ask_channels(solicitation)
        step(SOLICITATION, solicitation, "open", course.clerk)
    published(solicitation, LETTER, row["letter"], course.names, course.past, without=row["unsent"])
    return solicitation


def _suggest(course: Course, solicitation: Solicitation, row: dict[str, Any]) -> TopicSuggestion:
    names, user = course.names, course.names.users[row["by"]]
    unit = names.units[row["unit"]] if "unit" in row else None
    with course.past.on(row["day"], by=user):
        suggestion = TopicSuggestion(
            solicitation=solicitation, organization=unit, person=None if unit else user.person, title=row["t"],
            channel=channel_of(unit, list(SolicitationChannel.objects.valid())), reason=row["why"], month=row["m"],
            supervisory=row.get("sup", False), proxy_source=row.get("proxy", ""), contact=user.person.phone,
        )  # fmt: skip
        SUGGESTION.start(suggestion, by=user)
        suggestion.forms.set(names.stages(row))
        suggestion.counties.set(names.counties(row.get("county", [])))
        if unit:
            note_answer(solicitation, [unit], on=row["day"])
    return suggestion
