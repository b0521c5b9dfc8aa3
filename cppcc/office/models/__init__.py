"""The ground's models, one file a matter."""

from cppcc.office.models.accounts import User
from cppcc.office.models.links import OneTimeLink
from cppcc.office.models.organizations import Organization, OrganizationName
from cppcc.office.models.people import Person
from cppcc.office.models.posts import CommitteeRouting, Delegation, Post, RoleGroup, Tenure
from cppcc.office.models.regulations import Article, Regulation, RegulationVersion, RuleBasis
from cppcc.office.models.setting import Office
from cppcc.office.models.terms import Session, Term

__all__ = [
    "Article",
    "CommitteeRouting",
    "Delegation",
    "Office",
    "OneTimeLink",
    "Organization",
    "OrganizationName",
    "Person",
    "Post",
    "Regulation",
    "RegulationVersion",
    "RoleGroup",
    "RuleBasis",
    "Session",
    "Tenure",
    "Term",
    "User",
]
