"""Sentences of the house's letters, kept as data because they quote the rules of this office. R140."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

PLACES = {
    "name": "姓名", "honorific": "先生或女士", "unit": "工作单位", "office": "本机关", "from": "起始日期",
    "to": "截止日期", "count": "次数", "hours": "小时数", "day": "日期", "title": "活动名称",
}  # fmt: skip


def only_known_places(text: str) -> None:
    """Raise ValidationError for a place in braces that nothing fills."""
    unknown = [place for place in re.findall(r"\{(.*?)\}", text) if place not in PLACES]
    if unknown or "{" in re.sub(r"\{\w+\}", "", text):
        known = "、".join(f"{{{key}}}（{label}）" for key, label in PLACES.items())
        raise ValidationError(f"有系统不认识的替换项，可以使用：{known}。")


class Wording(models.Model):
    """A paragraph of a letter; places in braces are filled in for each letter."""

    key = models.SlugField("标识", max_length=60, unique=True)
    label = models.CharField("用处", max_length=60)
    text = models.TextField("文字", max_length=2000, validators=[only_known_places], help_text="一行一段")
    rule = models.CharField("规则编号", max_length=4, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "函件用语"
        verbose_name_plural = "函件用语"
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return self.label

    def filled(self, values: dict[str, object]) -> list[str]:
        """The paragraphs with their places filled; an unknown place stays as it is written."""
        text = re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), self.text)
        return [line.strip() for line in text.splitlines() if line.strip()]
