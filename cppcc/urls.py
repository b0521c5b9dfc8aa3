"""All addresses of the site. `tests/test_access.py` must know every one of them."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from cppcc.deadlines.pages import health
from cppcc.office import pages

admin.site.site_header = "协商履职工作平台 · 系统管理"
admin.site.site_title = "系统管理"
admin.site.index_title = "机构、人员、规则与设置"

urlpatterns = [
    path("", include("cppcc.desk.urls")),
    path("login/", pages.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/password/", pages.PasswordChange.as_view(), name="password_change"),
    path("account/large-type/", pages.large_type, name="large_type"),
    path("office/", include("cppcc.office.urls")),
    path("files/", include("cppcc.files.urls")),
    path("jobs/", include("cppcc.jobs.urls")),
    path("workflow/", include("cppcc.workflow.urls")),
    path("dates/", include("cppcc.deadlines.urls")),
    path("documents/", include("cppcc.documents.urls")),
    path("meetings/", include("cppcc.meetings.urls")),
    path("members/", include("members.urls")),
    path("consultation/", include("consultation.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
