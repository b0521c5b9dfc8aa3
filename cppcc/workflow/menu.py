"""The entries of this app in the menu."""

from cppcc.office.navigation import Entry

ENTRIES = (Entry("上会审议", "workflow:sitting_list", "gavel", "协商", 30, ("workflow.view_sittings",)),)
