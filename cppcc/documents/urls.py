"""Addresses of official documents."""

from django.urls import path

from cppcc.documents.pages import annexes, bundle, circulation, document, letter_files, letters, register, seals, word

app_name = "documents"
urlpatterns = [
    path("", document.document_list, name="document_list"),
    path("new/", document.document_create, name="document_create"),
    path("numbers/", register.number_register, name="number_register"),
    path("bundles/<slug:kind>/<int:pk>/", bundle.bundle_form, name="bundle_form"),
    path("bundles/<int:pk>/", bundle.bundle_detail, name="bundle_detail"),
    path("bundles/<int:pk>/pdf/", bundle.bundle_pdf, name="bundle_pdf"),
    path("<int:pk>/", document.document_detail, name="document_detail"),
    path("<int:pk>/edit/", document.document_edit, name="document_edit"),
    path("<int:pk>/annexes/", annexes.document_annexes, name="document_annexes"),
    path("<int:pk>/preview/", document.document_preview, name="document_preview"),
    path("<int:pk>/proof/", seals.document_proof, name="document_proof"),
    path("<int:pk>/seal/", seals.document_seal, name="document_seal"),
    path("<int:pk>/versions/", document.document_versions, name="document_versions"),
    path("<int:pk>/move/<slug:name>/", document.document_move, name="document_move"),
    path("<int:pk>/pdf/", circulation.document_pdf, name="document_pdf"),
    path("<int:pk>/word/", word.document_word, name="document_word"),
    path("<int:pk>/word/read/", word.document_read_word, name="document_read_word"),
    path("<int:pk>/withhold/", circulation.recipient_withhold, name="recipient_withhold"),
    path("<int:pk>/receive/", circulation.document_receive, name="document_receive"),
    path("<int:pk>/record/", circulation.receipt_record, name="receipt_record"),
    path("<int:pk>/link/", circulation.receipt_link, name="receipt_link"),
    path("receipt/<str:token>/", circulation.receipt_answer, name="receipt_answer"),
    path("<int:pk>/letters/", letters.letter_list, name="letter_list"),
    path("<int:pk>/letters/paste/", letters.letter_paste, name="letter_paste"),
    path("<int:pk>/letters/pick/", letters.letter_pick, name="letter_pick"),
    path("<int:pk>/letters/change/", letters.letter_change, name="letter_change"),
    path("<int:pk>/letters/<int:letter>/edit/", letters.letter_edit, name="letter_edit"),
    path("<int:pk>/letters/<int:letter>/pdf/", letter_files.letter_pdf, name="letter_pdf"),
    path("<int:pk>/letters/print/", letter_files.letter_print, name="letter_print"),
    path("<int:pk>/letters/make/<slug:what>/", letter_files.letter_make, name="letter_make"),
    path("<int:pk>/letters/made/<int:job>/", letter_files.letter_made, name="letter_made"),
]
