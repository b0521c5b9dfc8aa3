"""From the rows of the demo's files to the objects they name."""

from functools import cached_property
from typing import Any

from consultation.models import ConsultationForm, TopicCategory
from consultation.models.topic import Linkage, Part
from cppcc.office.models import Organization, Post, User

PARTS: dict[str, str] = {
    "lead": Part.LEAD,
    "support": Part.SUPPORT,
    "dept": Part.CONSULTED,
    "county": Part.COUNTY,
    "by": Part.PROPOSER,
}


class Names:
    """Everything that a row may name, by key, asked once."""

    @cached_property
    def units(self) -> dict[str, Organization]:
        """Organisations."""
        return {unit.key: unit for unit in Organization.objects.order_by("order", "pk") if unit.key}

    @cached_property
    def forms(self) -> dict[str, ConsultationForm]:
        """Forms of consultation."""
        return {form.key: form for form in ConsultationForm.objects.all() if form.key}

    @cached_property
    def categories(self) -> dict[str, TopicCategory]:
        """Categories."""
        return {category.key: category for category in TopicCategory.objects.all()}

    @cached_property
    def posts(self) -> dict[str, Post]:
        """Posts."""
        return {post.key: post for post in Post.objects.all() if post.key}

    @cached_property
    def users(self) -> dict[str, User]:
        """Accounts."""
        return {user.username: user for user in User.objects.select_related("person")}

    def counties(self, keys: list[str] | str) -> list[Organization]:
        """The counties of a row; "all" are all."""
        counties = [unit for unit in self.units.values() if unit.kind == Organization.Kind.COUNTY]
        return counties if keys == "all" else [self.units[key] for key in keys]

    def parts(self, row: dict[str, Any]) -> dict[str, list[Organization]]:
        """Which units have which part in a topic."""
        found = {part: [self.units[k] for k in row.get(key, [])] for key, part in PARTS.items() if key != "county"}
        found[Part.COUNTY] = self.counties(row.get("county", []))
        return found

    def stages(self, row: dict[str, Any]) -> list[ConsultationForm]:
        """The forms of a topic, in their order."""
        return [self.forms[key] for key in row["f"]]

    def fields(self, row: dict[str, Any]) -> dict[str, Any]:
        """A topic's own fields."""
        months = row.get("m", [None, None])
        return {
            "title": row["t"],
            "category": self.categories[row["cat"]],
            "linkage": Linkage.LINKED if row.get("linked") else Linkage.SELF_SELECTED,
            "supervisory": row.get("sup", False),
            "leading_chair": self.posts[row["chair"]] if "chair" in row else None,
            "month_from": months[0],
            "month_to": months[1],
            "placeholder": row.get("placeholder", False),
            "remark": row.get("remark", ""),
        }
