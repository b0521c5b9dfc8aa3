"""The entries of this app in the menu."""

from cppcc.office.navigation import Entry

GROUP = "公文"

ENTRIES = (
    Entry("公文", "documents:document_list", "file-text", GROUP, 30),
    Entry("文号登记", "documents:number_register", "hash", GROUP, 32, ("documents.issue_document",)),
)
