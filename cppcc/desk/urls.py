"""The addresses of the desk."""

from django.urls import path

from cppcc.desk.pages import calendar, court, home, morning

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("whose-court/", court.whose_court, name="whose_court"),
    path("whose-court/chart.svg", court.court_chart, name="court_chart"),
    path("morning/", morning.morning_sheet, name="morning_sheet"),
    path("morning/pdf/", morning.morning_sheet_pdf, name="morning_sheet_pdf"),
]
