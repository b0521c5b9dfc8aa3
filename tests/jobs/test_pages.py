import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from cppcc.jobs.models import Job, JobStatus

User = get_user_model()
pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_X_POLL": "1"}


@pytest.fixture
def owner():
    return User.objects.create_user("owner")


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def make(owner, status=JobStatus.RUNNING, **values):
    given = {"lease_until": timezone.now()} if status == JobStatus.RUNNING else {"finished_at": timezone.now()}
    return Job.objects.create(kind="any", owner=owner, status=status, **given | values)


def test_it_shows_progress_and_polls_without_counting_as_activity(as_owner, owner):
    job = make(owner, done_steps=3, total_steps=12, message="正在导入第 3 行")
    text = as_owner.get(job.get_absolute_url()).content.decode()
    assert 'value="25"' in text and "3 / 12" in text and "正在导入第 3 行" in text
    assert f'hx-get="{job.get_absolute_url()}"' in text and "X-Poll" in text
    assert '<noscript><meta http-equiv="refresh"' in text and "style=" not in text


def test_a_poll_gets_the_part_only(as_owner, owner):
    text = as_owner.get(make(owner).get_absolute_url(), **HTMX).content.decode()
    assert 'id="job"' in text and "<html" not in text


def test_what_is_done_leads_to_its_result(as_owner, owner):
    job = make(owner, JobStatus.DONE, then="/result/")
    page, poll = as_owner.get(job.get_absolute_url()), as_owner.get(job.get_absolute_url(), **HTMX)
    assert 'href="/result/"' in page.content.decode() and "查看结果" in page.content.decode()
    assert "hx-get" not in page.content.decode() and "HX-Redirect" not in page.headers
    assert poll.headers["HX-Redirect"] == "/result/"


def test_what_failed_says_why_and_stops_polling(as_owner, owner):
    job = make(owner, JobStatus.FAILED, error="<b>缺列", then="/preview/")
    response = as_owner.get(job.get_absolute_url(), **HTMX)
    text = response.content.decode()
    assert "&lt;b&gt;缺列" in text and "hx-get" not in text
    assert 'href="/preview/"' in text and "HX-Redirect" not in response.headers


@pytest.mark.parametrize("values", [{}, {"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_anothers_work_does_not_exist(client, owner, values):
    client.force_login(User.objects.create_user("other", **values))
    assert client.get(make(owner).get_absolute_url()).status_code == 404
    assert client.get(reverse("jobs:job_list")).context["rows"] == []


def test_it_only_reads(as_owner, owner):
    assert as_owner.post(make(owner).get_absolute_url()).status_code == 405
    assert as_owner.post(reverse("jobs:job_list")).status_code == 405


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_a_constant_number_of_queries(as_owner, owner, count, django_assert_max_num_queries):
    for _ in range(count):
        make(owner, JobStatus.DONE, then="/result/")
    as_owner.get(reverse("jobs:job_list"))
    with django_assert_max_num_queries(10):
        assert len(as_owner.get(reverse("jobs:job_list")).context["rows"]) == count


def test_an_empty_list_says_so(as_owner):
    assert "还没有提交过任务" in as_owner.get(reverse("jobs:job_list")).content.decode()


def test_the_admin_may_look_only(client, owner):
    client.force_login(User.objects.create_superuser("root"))
    row = make(owner)
    listed = reverse("admin:jobs_job_changelist")
    detail = reverse("admin:jobs_job_change", args=[row.pk])
    assert client.get(listed).status_code == client.get(detail).status_code == 200
    assert client.get(reverse("admin:jobs_job_add")).status_code == 403
    assert client.post(detail, {}).status_code == 403
    assert client.post(reverse("admin:jobs_job_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
