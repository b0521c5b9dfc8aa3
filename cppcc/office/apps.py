"""The ground's app."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """People, organisations, posts, regulations."""

    name = "cppcc.office"
    label = "office"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        """Register what stands in the menu and what a profile may hold."""
        from cppcc.office.navigation import Entry, register
        from cppcc.office.profiles import Section
        from cppcc.office.profiles import register as register_sections

        register_sections(
            Section("organizations", "office.Organization", 10),
            Section("posts", "office.Post", 20),
            Section("office", "office.Office", 30),
            Section("terms", "office.Term", 40, key=("number",)),
            Section(
                "regulations",
                "office.Regulation",
                50,
                children={
                    "versions": Section(
                        "versions",
                        "office.RegulationVersion",
                        50,
                        key=("regulation", "label"),
                        parent_field="regulation",
                        children={
                            "articles": Section(
                                "articles", "office.Article", 50, key=("version", "code"), parent_field="version"
                            )
                        },
                    )
                },
            ),
            Section(
                "rule_bases",
                "office.RuleBasis",
                60,
                key=("rule", "article"),
                refs={"article": ("version__regulation__key", "code")},
            ),
        )
        register(
            Entry("制度依据", "office:regulation_list", "book-open-text", "资料", 80),
            Entry("系统管理", "admin:index", "settings", "管理", 90, staff=True),
        )
