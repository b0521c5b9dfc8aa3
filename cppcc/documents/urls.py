"""Addresses of official documents."""

from django.urls import path

from cppcc.documents.pages import circulation, document, register

app_name = "documents"
urlpatterns = [
    path("", document.document_list, name="document_list"),
    path("new/", document.document_create, name="document_create"),
    path("numbers/", register.number_register, name="number_register"),
    path("<int:pk>/", document.document_detail, name="document_detail"),
    path("<int:pk>/edit/", document.document_edit, name="document_edit"),
    path("<int:pk>/preview/", document.document_preview, name="document_preview"),
    path("<int:pk>/versions/", document.document_versions, name="document_versions"),
    path("<int:pk>/move/<slug:name>/", document.document_move, name="document_move"),
    path("<int:pk>/pdf/", circulation.document_pdf, name="document_pdf"),
    path("<int:pk>/withhold/", circulation.recipient_withhold, name="recipient_withhold"),
    path("<int:pk>/receive/", circulation.document_receive, name="document_receive"),
    path("<int:pk>/record/", circulation.receipt_record, name="receipt_record"),
    path("<int:pk>/link/", circulation.receipt_link, name="receipt_link"),
    path("receipt/<str:token>/", circulation.receipt_answer, name="receipt_answer"),
]
