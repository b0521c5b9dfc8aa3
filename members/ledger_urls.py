"""Addresses of the ledger, the dossier and what goes with them."""

from django.urls import path

from members.pages import contact, dossier, entry, ledger_statistics, money, proposal, training

urlpatterns = [
    path("dossier/", dossier.dossier, name="dossier"),
    path("dossier/batch/", dossier.dossier_batch, name="dossier_batch"),
    path("<int:pk>/dossier/<int:year>/", dossier.member_dossier, name="member_dossier"),
    path("<int:pk>/dossier/<int:year>/pdf/", dossier.member_dossier_pdf, name="member_dossier_pdf"),
    path("entries/", entry.entry_list, name="entry_list"),
    path("entries/new/", entry.entry_new, name="entry_new"),
    path("entries/<int:pk>/", entry.entry_detail, name="entry_detail"),
    path("entries/<int:pk>/reverse/", entry.entry_reverse, name="entry_reverse"),
    path("entries/<int:pk>/evidence/", entry.entry_evidence, name="entry_evidence"),
    path("entries/statistics/", ledger_statistics.ledger_statistics, name="ledger_statistics"),
    path("entries/statistics/chart/", ledger_statistics.ledger_chart, name="ledger_chart"),
    path("proposals/", proposal.proposal_list, name="proposal_list"),
    path("proposals/new/", proposal.proposal_new, name="proposal_new"),
    path("proposals/decide/", proposal.proposal_decide, name="proposal_decide"),
    path("proposals/<int:pk>/", proposal.proposal_detail, name="proposal_detail"),
    path("proposals/<int:pk>/<slug:name>/", proposal.proposal_move, name="proposal_move"),
    path("contacts/", contact.contact_list, name="contact_list"),
    path("contacts/new/", contact.contact_new, name="contact_new"),
    path("contacts/year/", contact.contact_year, name="contact_year"),
    path("contacts/<int:pk>/", contact.contact_detail, name="contact_detail"),
    path("contacts/<int:pk>/edit/", contact.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/<slug:name>/", contact.contact_move, name="contact_move"),
    path("training/", training.training_year, name="training_year"),
    path("certificates/new/", money.certificate_new, name="certificate_new"),
    path("allowances/", money.allowance_list, name="allowance_list"),
    path("allowances/new/", money.allowance_new, name="allowance_new"),
    path("allowances/pay/", money.allowance_pay, name="allowance_pay"),
    path("allowances/<int:pk>/", money.allowance_edit, name="allowance_edit"),
]
