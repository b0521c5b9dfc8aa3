"""The engine: `Workflow.move` is the only writer of any matter's state."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Count, Min, Q, Subquery, TextField
from django.db.models import Value as V
from django.db.models.functions import Concat
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from cppcc.office.access import acting_for
from cppcc.office.acting import Acting
from cppcc.office.models import Post
from cppcc.office.refusals import Forbidden, Refused, Stale
from cppcc.workflow.clock import now
from cppcc.workflow.models import Decision, Matter, Movement, Waiting


class Late(Refused):
    """Somebody was quicker: the sentence says who did what and when."""

    shows_typed = False


@dataclass
class Act:
    """One act on one matter, as guards and effects see it. `asking`: only the buttons are being drawn."""

    obj: Any
    by: Any
    transition: "Transition"
    acting: Acting | None = None
    opinion: str = ""
    decision: Decision | None = None
    proxy_source: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    asking: bool = False
    movement: Movement = None  # type: ignore[assignment]  # set before the effects run
    on_behalf: str = ""
    step: Any = None
    rule: str = ""


@dataclass(frozen=True)
class Choice:
    """A target that depends on the act (the next step of a chain, or the end of it)."""

    decide: Callable[[Act], Enum]
    states: tuple[Enum, ...]


@dataclass(frozen=True)
class Transition:
    """A row of the table: from `sources` to `target`, for whoever may `permission`, when every guard answers "".

    `prepare` notes on the act what the movement shall say (at which step, on whose behalf).
    """

    name: str
    label: str
    sources: tuple[Enum, ...]
    target: Enum | Choice
    permission: str
    guards: tuple[Callable[[Act], str], ...] = ()
    effects: tuple[Callable[[Act], None], ...] = ()
    needs_opinion: bool = False
    needs_decision: bool = False
    rule: str = ""
    style: str = "primary"
    prepare: Callable[[Act], None] | None = None

    @property
    def targets(self) -> tuple[Enum, ...]:
        """Every state that it can lead to."""
        return self.target.states if isinstance(self.target, Choice) else (self.target,)


@dataclass(frozen=True)
class Hold:
    """A duty that waits: what, for which organisation and role; the engine finds the seat.

    `post_id`: the one seat that is meant where several of the role are there, such as the deputy in charge; the duty is
    written without a role then.
    """

    label: str
    organization_id: int
    role: str = ""
    post_id: int | None = None


@dataclass(frozen=True)
class Open:
    """A button: a transition open to a user, and the sentence that blocks it, if any."""

    name: str
    label: str
    style: str
    blocked: str
    needs_opinion: bool
    needs_decision: bool
    rule: str


class Workflow:
    """A matter's table of transitions, and who holds what in which state.

    `lock_first` locks the row above (a topic's plan) before the matter itself: one order of locks, no deadlock; the
    locked rows by the names of their relations, which the matter then has at hand.
    `settle` brings other rows in step once the matter is saved (a round's duties after one of its suggestions).
    """

    def __init__(
        self,
        states: type[models.TextChoices],
        *transitions: Transition,
        waiting: Callable[[Any], Iterable[Hold]] | None = None,
        lock_first: Callable[[Any], Mapping[str, Any]] = lambda obj: {},
        settle: Callable[[Any], Any] = lambda obj: None,
    ) -> None:
        self.states, self.lock_first, self.settle = states, lock_first, settle
        self.transitions = {transition.name: transition for transition in transitions}
        self.waiting = waiting
        if len(self.transitions) != len(transitions):
            raise ValueError("two transitions bear the same name")

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions.values())

    def __getitem__(self, name: str) -> Transition:
        return self.transitions[name]

    def open_to(self, user, obj: Matter) -> list[Open]:
        """The buttons of `obj` for `user`: transitions of this state that he may do, each with what blocks it."""
        buttons = []
        for t in self:
            if obj.state not in t.sources or not (acting := acting_for(user, t.permission, obj)):
                continue
            act = Act(obj, user, t, acting, asking=True)
            buttons.append(Open(t.name, t.label, t.style, _blocked(t, act), t.needs_opinion, t.needs_decision, t.rule))
        return buttons

    @transaction.atomic
    def start(self, obj: Matter, *, by) -> None:
        """Save a new matter in its first state and write its duties."""
        obj.created_by = by
        obj.save()
        self._write_duties([obj], fresh=True)

    @transaction.atomic
    def start_many(self, objs: Sequence[Matter], *, by) -> None:
        """The same for many new matters of one model, in a constant number of statements."""
        if not objs:
            return
        for obj in objs:
            obj.created_by = by
        saved = bulk_create_with_history(objs, type(objs[0]), default_user=by)
        self._write_duties(saved, fresh=True)

    def locked(self, obj: Matter) -> Any:
        """The matter as it is now, locked after what stands above it."""
        above = self.lock_first(obj)
        found = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        _keep_loaded(obj, found)
        _keep_locked(above, found)
        return found

    @transaction.atomic
    def move(
        self,
        obj: Matter,
        name: str,
        *,
        by,
        version: int,
        opinion: str = "",
        decision: Decision | None = None,
        proxy_source: str = "",
        data: dict[str, Any] | None = None,
        settle: bool = True,
        held: bool = False,
    ) -> Movement:
        """Do the transition `name` on `obj` as user `by`, who saw the matter in `version`.

        `held`: obj is the row as `locked` gives it, in this transaction; it is not locked again.
        `settle` False: who moves many brings the other rows in step once, at the end.
        One transaction: lock, version, permission, source state, guards, save, Movement, duties, effects.
        Raises Late when somebody was quicker, Stale when it was edited, Forbidden without a post that may,
        Refused with the sentence of the first guard that says no. Nothing is saved then.
        """
        transition = self[name]
        locked = obj if held else self.locked(obj)
        if locked.version != version or locked.state not in transition.sources:
            raise too_late(locked, version, transition.label)
        act = Act(
            locked,
            by,
            transition,
            opinion=opinion.strip(),
            decision=decision,
            proxy_source=proxy_source.strip(),
            data=data or {},
        )
        act.acting = acting_for(by, transition.permission, locked)
        if act.acting is None:
            raise Forbidden(f"您目前的岗位不能办理“{transition.label}”，如需办理请联系办公室。")
        act.on_behalf = locked.proxied_for(act.acting, transition.permission)
        if act.on_behalf and not act.proxy_source:
            raise Refused(f"这项工作由{act.on_behalf}办理，代为录入须写明来源（如来函文号、来电人）。")
        if transition.needs_opinion and not act.opinion:
            raise Refused(f"办理“{transition.label}”必须填写意见。")
        if sentence := _blocked(transition, act):
            raise Refused(sentence)
        if transition.prepare:
            transition.prepare(act)
        self._write(act)
        if settle:
            self.settle(locked)
        obj.__dict__.update(state=locked.state, version=locked.version)
        return act.movement

    @transaction.atomic
    def move_many(
        self, objs: Sequence[Matter], name: str, *, by, opinion: str = "", data: dict[str, Any] | None = None
    ) -> list[Movement]:
        """Do one transition on many matters of one model, in a constant number of statements.

        For what an act on a matter does to the rows below it: the caller has locked whatever stands above them. Its
        effects must not write. Raises as `move` does, for the first that cannot be moved; none is moved then.
        """
        if not objs:
            return []
        transition, model = self[name], type(objs[0])
        seen = {obj.pk: obj for obj in objs}
        rows: Any = model._default_manager.select_for_update(of=("self",)).filter(pk__in=seen).order_by("pk")
        acts = []
        for locked in rows:
            _keep_loaded(seen[locked.pk], locked, matters=True)
            act = Act(locked, by, transition, opinion=opinion.strip(), data=data or {})
            act.acting = acting_for(by, transition.permission, locked)
            if act.acting is None:
                raise Forbidden(f"您目前的岗位不能办理“{transition.label}”，如需办理请联系办公室。")
            if locked.state not in transition.sources:
                raise too_late(locked, seen[locked.pk].version, transition.label)
            if sentence := _blocked(transition, act):
                raise Refused(sentence)
            acts.append(act)
        return self._write_many(acts)

    def _write_many(self, acts: Sequence[Act]) -> list[Movement]:
        for act in acts:
            act.movement = self._moved(act)
        movements = Movement.objects.bulk_create(act.movement for act in acts)
        for act in acts:
            for effect in act.transition.effects:
                effect(act)
        objs = [act.obj for act in acts]
        fields = [field.name for field in type(objs[0])._meta.concrete_fields if not field.primary_key]
        bulk_update_with_history(objs, type(objs[0]), fields, default_user=acts[0].by)
        self._write_duties(objs)
        return movements

    def _write(self, act: Act) -> None:
        act.movement = self._moved(act)
        act.movement.save(force_insert=True)
        for effect in act.transition.effects:
            effect(act)
        act.obj.save()
        self._write_duties([act.obj])

    def _moved(self, act: Act) -> Movement:
        """Bring the matter of the act into its new state; the movement that tells it, not yet saved."""
        obj, transition = act.obj, act.transition
        source = self.states(obj.state)
        chosen = transition.target.decide(act) if isinstance(transition.target, Choice) else transition.target
        target = self.states(chosen.value)
        if act.decision is not None:
            act.decision.save()
        obj.state = target.value
        obj.version += 1
        return Movement(
            matter=obj, name=transition.name, label=transition.label, source=source.value, target=target.value,
            source_label=source.label, target_label=target.label, user=act.by, actor=str(act.by),
            post_id=act.acting.post_id, post_title=str(act.acting), on_behalf=act.on_behalf,
            proxy_source=act.proxy_source, step=act.step, decision=act.decision, opinion=act.opinion,
            rule=act.rule or transition.rule, at=now(), version=obj.version,
        )  # fmt: skip

    def _write_duties(self, objs: Sequence[Matter], *, fresh: bool = False) -> None:
        if self.waiting:
            rewrite_many_waiting([(obj, self.waiting(obj)) for obj in objs], fresh=fresh)


def _keep_loaded(seen: Matter, locked: Matter, *, matters: bool = False) -> None:
    """Spare the locked row from loading again what `seen` brought along; a matter, which may have moved, only where
    it is locked itself."""
    relations: list[Any] = [relation for relation in locked._meta.concrete_fields if relation.is_relation]
    for relation in relations:
        same = getattr(seen, relation.attname) == getattr(locked, relation.attname)
        if same and relation.is_cached(seen) and (matters or not issubclass(relation.related_model, Matter)):
            relation.set_cached_value(locked, relation.get_cached_value(seen))


def _keep_locked(above: Mapping[str, Any], locked: Matter) -> None:
    """Spare the locked row from loading again what was locked before it."""
    for name, row in above.items():
        relation: Any = locked._meta.get_field(name)
        if getattr(locked, relation.attname) == row.pk:
            relation.set_cached_value(locked, row)


def _blocked(transition: Transition, act: Act) -> str:
    for guard in transition.guards:
        if sentence := guard(act):
            return sentence
    return ""


def too_late(obj: Matter, version: int, label: str) -> Refused:
    """What to tell somebody whose form is older than the matter: who moved it, or that it was edited."""
    last = Movement.for_matter(obj).filter(version__gt=version).first()
    if last:
        when = timezone.localtime(last.at)
        return Late(f"已由{last.actor}于{when:%Y年%-m月%-d日 %H:%M}办理“{last.label}”，请刷新页面查看最新情况。")
    if obj.version != version:
        return Stale("内容已被他人修改，请核对最新内容后重新办理。")
    return Late(f"当前状态不能办理“{label}”，请刷新页面查看最新情况。")


def rewrite_waiting(obj: models.Model, holds: Iterable[Hold]) -> None:
    """Let the duties of `obj` be exactly `holds`; a duty that stays keeps its day."""
    rewrite_many_waiting([(obj, holds)])


def rewrite_many_waiting(duties: Sequence[tuple[models.Model, Iterable[Hold]]], *, fresh: bool = False) -> None:
    """The same for many matters of one model, in two or three statements; `fresh`: none of them had a duty before."""
    if not duties:
        return
    content_type = ContentType.objects.get_for_model(duties[0][0])
    wanted = {
        (obj.pk, h.organization_id, "" if h.post_id else h.role, h.label): h.post_id
        for obj, holds in duties for h in holds
    }  # fmt: skip
    if not fresh:
        _drop_others(content_type, [obj.pk for obj, _ in duties], wanted)
    if not wanted:
        return
    seats = _seats({(organization, role) for (_, organization, role, _), post in wanted.items() if role and not post})
    Waiting.objects.bulk_create(
        (
            Waiting(
                content_type=content_type, object_id=pk, label=label, organization_id=organization, role=role,
                post_id=post or seats.get((organization, role)), since=now(),
            )
            for (pk, organization, role, label), post in wanted.items()
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _drop_others(content_type: ContentType, pks: Sequence[int], wanted: Mapping[tuple, Any]) -> None:
    """Delete the duties of these matters that are not `wanted` any more."""
    written = Waiting.objects.filter(content_type=content_type, object_id__in=pks)
    duty = Concat("object_id", V("|"), "organization_id", V("|"), "role", V("|"), "label", output_field=TextField())
    stays = Q(duty__in=["|".join(map(str, key)) for key, post in wanted.items() if not post])
    for key, post in wanted.items():
        if post:
            stays |= Q(duty="|".join(map(str, key)), post=post)
    written.alias(duty=duty).exclude(stays).delete()


def _seats(asked: set[tuple[int, str]]) -> dict[tuple[int, str], Any]:
    """(organisation, role) -> the one seat of that role there; none where several share the work.

    A single one is found within the statement that writes it, several in one query before.
    """
    seats = Post.objects.valid().order_by().values("organization", "role")
    seats = seats.annotate(count=Count("pk"), only=Min("pk")).filter(count=1)
    if len(asked) == 1:
        return {(o, role): Subquery(seats.filter(organization=o, role=role).values("only")) for o, role in asked}
    found = seats.filter(organization__in={o for o, _ in asked}) if asked else seats.none()
    return {(o, role): only for o, role, only in found.values_list("organization", "role", "only")}
