"""Persons: everyone the office deals with; most have no account."""

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.office.pinyin import person_key


class Person(models.Model):
    """A natural person. Posts, delegations and (later) membership hang on the person, not on the account."""

    name = models.CharField("姓名", max_length=50)
    pinyin = models.CharField("拼音", max_length=300, editable=False, db_index=True)
    phone = models.CharField("手机", max_length=30, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="变更记录")

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering: ClassVar = ["pinyin", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Keep the pinyin key in step with the name."""
        self.pinyin = person_key(self.name)
        super().save(*args, **kwargs)
