"""Finding forms by the names that offices type; what kind an unknown unit may be. Units: `cppcc.office.unit_names`."""

import re
from collections.abc import Mapping

from consultation.models import ConsultationForm
from cppcc.office.models import Organization
from cppcc.office.unit_names import Names

Kind = Organization.Kind


def forms() -> Names:
    """All forms of consultation by their names."""
    return Names((form, form.label, form.aliases) for form in ConsultationForm.objects.valid())


ENDINGS: Mapping[str, str] = {
    "组": Kind.SECTOR_GROUP,
    "界": Kind.SECTOR_GROUP,
    "法院": Kind.COURT,
    "检察院": Kind.COURT,
    "乡": Kind.TOWNSHIP,
    "镇": Kind.TOWNSHIP,
    "街道": Kind.TOWNSHIP,
    "联合会": Kind.PEOPLES_ORGANISATION,
}


def guess_kind(name: str, column: str) -> str:
    """What a unit that nobody knows may be, from its name and whether it stands under "lead" or "county"."""
    if column == "county":
        return Kind.COUNTY
    if re.search(r"政协.*(委|委员会|室|办)$", name) or (column == "lead" and re.search(r"(委|委员会|室)$", name)):
        return Kind.COMMITTEE
    return next((kind for ending, kind in ENDINGS.items() if name.endswith(ending)), Kind.DEPARTMENT)
