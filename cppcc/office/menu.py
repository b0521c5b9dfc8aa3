"""The entries of this app in the menu."""

from cppcc.office.navigation import Entry

ENTRIES = (
    Entry("制度依据", "office:regulation_list", "book-open-text", "资料", 80),
    Entry("系统管理", "admin:index", "settings", "管理", 90, staff=True),
)
