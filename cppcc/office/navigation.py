"""The navigation registry: apps hand in entries in `ready()`; a user sees those that one of his acts opens."""

from dataclasses import dataclass

from django.urls import reverse

from cppcc.office.roles import acts_of


@dataclass(frozen=True)
class Entry:
    """An entry: label, url name, icon; `acts` opens it to roles with one of these acts (empty: everybody)."""

    label: str
    url: str
    icon: str
    group: str
    order: int
    acts: tuple[str, ...] = ()
    staff: bool = False


ENTRIES: list[Entry] = []


def register(*entries: Entry) -> None:
    """Add entries; the menu is ordered by their `order`."""
    ENTRIES.extend(entry for entry in entries if entry not in ENTRIES)
    ENTRIES.sort(key=lambda entry: entry.order)


def menu(user, path: str) -> list[dict]:
    """The groups of entries for `user`; the entry with the longest address that begins `path` is current."""
    acts = {act for acting in user.acting for act in acts_of(acting.role)}
    shown = [e for e in ENTRIES if (not e.acts or acts & set(e.acts)) and (not e.staff or user.is_staff)]
    urls = {entry: reverse(entry.url) for entry in shown}
    above = [url for url in urls.values() if path == url or (url != "/" and path.startswith(url))]
    current = max(above, key=len, default="")
    groups: dict[str, list[dict]] = {}
    for entry in shown:
        item = {"label": entry.label, "url": urls[entry], "icon": entry.icon, "current": urls[entry] == current}
        groups.setdefault(entry.group, []).append(item)
    return [{"label": label, "entries": entries} for label, entries in groups.items()]
