"""The entries of this app in the menu."""

from cppcc.office.navigation import Entry
from members.house import READS

ENTRIES = (
    Entry("委员名册", "members:member_list", "users", "委员", 60, (*READS, "members.propose_performance")),
    Entry("我的履职", "members:dossier", "notebook-pen", "委员", 61, ("members.propose_performance",)),
    Entry("履职记录", "members:entry_list", "book-check", "委员", 61, READS),
    Entry(
        "履职申报",
        "members:proposal_list",
        "clipboard-check",
        "委员",
        62,
        (*READS, "members.confirm_performance", "members.propose_performance"),
    ),
    Entry("委员联系", "members:contact_list", "handshake", "委员", 63, READS),
    Entry("委员培训", "members:training_year", "presentation", "委员", 64, READS),
    Entry("差旅补贴", "members:allowance_list", "hand-coins", "委员", 64, READS[:1]),
    Entry("届次与界别", "members:term_sectors", "layers", "委员", 65, READS),
    Entry("专家库", "members:expert_list", "graduation-cap", "委员", 66, READS),
    Entry("联系安排", "members:link_home", "link", "委员", 67, READS[:1]),
    Entry("特约职务", "members:duty_list", "scale", "委员", 68, READS),
    Entry("领导出席", "members:leader_attendance", "user-check", "委员", 68, READS),
    Entry("工作平台", "members:station_list", "map-pin", "委员", 68, READS),
    Entry("活动小组", "members:group_list", "users-round", "委员", 69, READS),
)
