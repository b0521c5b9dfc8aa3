"""Profiles: what an office of one kind starts with, as YAML; inserts what is missing by key, never overwrites.

A profile is a mapping of section names to lists of rows. Each app registers its sections in `ready()`; they load in
the order of their `order`. A row names other rows by their key; a row's `children` are lists of rows of their own.
`FIELD_file: NAME` reads a field from `profiles/texts/NAME`, unmodified; `extends: NAME` takes over another profile.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction

PROFILE_DIR = Path(__file__).parent / "profiles"
TEXT_DIR = PROFILE_DIR / "texts"
FILE_SUFFIX = "_file"
SHOWN = 60  # characters of a differing value


class ProfileError(Exception):
    """A profile is wrong: names the section, the row and what is missing."""


@dataclass(frozen=True)
class Section:
    """How one section of a profile becomes rows of `model`.

    `key` are the fields by which a row is found again; `children` maps a row's list to a section whose rows get the
    parent in `parent_field`; `refs` maps a field to (model label, field) when the target is not found by its `key`.
    `read` turns a row as it is written into one with the names of the model's fields; it may raise ProfileError.
    """

    name: str
    model: str
    order: int
    key: tuple[str, ...] = ("key",)
    children: dict[str, "Section"] = field(default_factory=dict)
    parent_field: str = ""
    refs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    read: Callable[[dict[str, Any]], dict[str, Any]] | None = None


SECTIONS: dict[str, Section] = {}
AFTER_LOADING: list[Callable[[], str]] = []


def register(*sections: Section) -> None:
    """Add sections to what a profile may hold."""
    for section in sections:
        SECTIONS[section.name] = section


def register_after_loading(act: Callable[[], str]) -> None:
    """Add what every office gets besides its profile; `act` tells what it did in a sentence, "" when nothing."""
    if act not in AFTER_LOADING:
        AFTER_LOADING.append(act)


def names() -> list[str]:
    """The profiles that the product ships."""
    return sorted(path.stem for path in PROFILE_DIR.glob("*.yaml"))


def read(name: str) -> dict[str, Any]:
    """The parsed profile; `extends: NAME` takes over another's sections. Raises ProfileError when there is none."""
    path = PROFILE_DIR / f"{name}.yaml"
    if not path.exists():
        raise ProfileError(f"no profile {name!r}; there are: {', '.join(names())}")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    base = content.pop("extends", None)
    merged = read(base) if base else {}
    for section, rows in content.items():
        merged[section] = merged.get(section, []) + rows if isinstance(rows, list) else rows
    return merged


@dataclass
class Outcome:
    """What loading did or would do: rows inserted, differences of rows that were already there, what came besides."""

    inserted: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    besides: list[str] = field(default_factory=list)


@transaction.atomic
def load(name: str, *, dry_run: bool = False) -> Outcome:
    """Insert the missing rows of profile `name` and tell what differs; with `dry_run` nothing is kept.

    Raises ProfileError for an unknown section, field or reference.
    """
    outcome = insert(read(name))
    if dry_run:
        transaction.set_rollback(True)
    else:
        outcome.besides = [told for told in (act() for act in AFTER_LOADING) if told]
    return outcome


def insert(content: dict[str, Any]) -> Outcome:
    """Insert the missing rows of parsed sections. Raises ProfileError as `load` does."""
    outcome = Outcome()
    if unknown := content.keys() - SECTIONS.keys():
        raise ProfileError(f"unknown sections: {', '.join(sorted(unknown))}")
    for section in sorted(SECTIONS.values(), key=lambda s: s.order):
        for row in content.get(section.name, []):
            _load_row(section, section.read(row) if section.read else row, {}, outcome)
    return outcome


def _load_row(section: Section, row: dict, given: dict, outcome: Outcome) -> None:
    model = apps.get_model(section.model)
    values, many = _values(section, model, row, given)
    obj = model._default_manager.filter(**{name: values.get(name) for name in section.key}).first()
    title = f"{section.name} {' '.join(str(values.get(name)) for name in section.key)}"
    if obj is None:
        obj = _insert(model, values, many, title)
        outcome.inserted.append(title)
    else:
        outcome.differing += [f"{title}: {line}" for line in _differences(obj, values, many)]
    for name, child in section.children.items():
        for child_row in row.get(name, []):
            _load_row(child, child_row, {child.parent_field: obj}, outcome)


def _values(section: Section, model: type[models.Model], row: dict, given: dict) -> tuple[dict, dict[str, list]]:
    """The row's fields as the model takes them: plain values with objects for references, and lists of objects."""
    values, many = dict(given), {}
    for name, value in row.items():
        if name in section.children:
            continue
        if name.endswith(FILE_SUFFIX):
            name, value = name.removesuffix(FILE_SUFFIX), _text(section, value)
        target = _field(section, model, name)
        if isinstance(target, models.ManyToManyField):
            many[name] = [_find(section, target, item) for item in value]
        else:
            values[name] = _find(section, target, value) if target.is_relation and value is not None else value
    return values, many


def _text(section: Section, name: str) -> str:
    try:
        return (TEXT_DIR / name).read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise ProfileError(f"{section.name}: no text {name!r} in {TEXT_DIR.name}/") from error


def _insert(model: type[models.Model], values: dict, many: dict[str, list], title: str) -> models.Model:
    obj = model(**values)
    try:
        obj.full_clean()
    except ValidationError as error:
        raise ProfileError(f"{title}: {error.messages}") from error
    obj.save()
    for name, items in many.items():
        getattr(obj, name).set(items)
    return obj


def _differences(obj: models.Model, values: dict, many: dict[str, list]) -> list[str]:
    found = []
    for name, value in values.items():
        target, present = obj._meta.get_field(name), getattr(obj, name)
        if present != (value if target.is_relation else target.to_python(value)):
            found.append(f"{name} 现为 {_short(present)}，配置为 {_short(value)}")
    for name, items in many.items():
        present = list(getattr(obj, name).all())
        if {item.pk for item in present} != {item.pk for item in items}:
            found.append(f"{name} 现为 {_short(present)}，配置为 {_short(items)}")
    return found


def _short(value: Any) -> str:
    text = "、".join(str(item) for item in value) if isinstance(value, list) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _field(section: Section, model: type[models.Model], name: str):
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise ProfileError(f"{section.name}: no field {name!r}") from error


def _find(section: Section, target, value):
    lookup = section.refs.get(target.name, ("key",))
    values = value if isinstance(value, list) else [value]
    found = target.related_model._default_manager.filter(**dict(zip(lookup, values, strict=True))).first()
    if found is None:
        raise ProfileError(f"{section.name}: {target.name} {value!r} is not there")
    return found
