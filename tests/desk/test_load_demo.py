"""`load_demo` refuses production and leaves a real office alone."""

import io

import pytest
from django.core.management import CommandError, call_command

from cppcc.office.demo import demo_accounts
from cppcc.office.models import Office, Organization, User

pytestmark = pytest.mark.django_db


def printed(**options) -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def test_production_refuses_it(settings):
    settings.CPPCC_ENV = "production"
    with pytest.raises(CommandError, match="production"):
        printed()
    assert Office.current() is None


def test_a_real_office_is_left_alone():
    call_command("load_profile", "county-anhua", stdout=io.StringIO())
    before = Organization.objects.count()
    with pytest.raises(CommandError, match="empty database"):
        printed()
    printed(if_empty=True)
    assert Organization.objects.count() == before
    assert not User.objects.exists()
    assert demo_accounts() == []
    assert "no demo accounts" in printed(accounts=True)
