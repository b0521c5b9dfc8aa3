"""What the ground tells its own registries: profile sections, menu entries."""

from cppcc.office.menu import ENTRIES
from cppcc.office.navigation import register as register_entries
from cppcc.office.profiles import Section
from cppcc.office.profiles import register as register_sections

ARTICLES = Section("articles", "office.Article", 50, key=("version", "code"), parent_field="version")
VERSIONS = Section(
    "versions", "office.RegulationVersion", 50, key=("regulation", "label"), parent_field="regulation",
    children={"articles": ARTICLES},
)  # fmt: skip
BASES = Section(
    "rule_bases",
    "office.RuleBasis",
    60,
    key=("rule", "article"),
    refs={"article": ("version__regulation__key", "code")},
)


def hand_down() -> None:
    """Called once, in `AppConfig.ready()`."""
    register_sections(
        Section("organizations", "office.Organization", 10),
        Section("posts", "office.Post", 20),
        Section("office", "office.Office", 30),
        Section("terms", "office.Term", 40, key=("number",)),
        Section("regulations", "office.Regulation", 50, children={"versions": VERSIONS}),
        BASES,
    )
    register_entries(*ENTRIES)
