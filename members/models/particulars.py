"""What a roster knows of a person; identity number, address and religion are encrypted and shown only for a reason."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from cppcc.files.models import StoredFile
from cppcc.office.models import Person
from members.sealing import SealedField

SEALED = {"id_number": "身份证号", "address": "家庭住址", "religion": "宗教信仰"}


class Particulars(models.Model):
    """The particulars of a person."""

    class Gender(models.TextChoices):
        """As the identity card says."""

        MALE = "male", "男"
        FEMALE = "female", "女"

    person = models.OneToOneField(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="particulars")
    gender = models.CharField("性别", max_length=10, choices=Gender.choices, blank=True)
    born = models.DateField("出生年月", null=True, blank=True, help_text="只记到月，日写 1")
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    political_status = models.CharField("政治面貌", max_length=20, blank=True)
    education = models.CharField("学历", max_length=40, blank=True)
    expertise = models.CharField("专长", max_length=200, blank=True)
    photo = models.ForeignKey(
        StoredFile, verbose_name="照片", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    id_number = SealedField("身份证号", blank=True)
    address = SealedField("家庭住址", blank=True)
    religion = SealedField("宗教信仰", blank=True)
    history = HistoricalRecords(verbose_name="变更记录", excluded_fields=list(SEALED))

    class Meta:
        verbose_name = "人员详情"
        verbose_name_plural = "人员详情"
        ordering: ClassVar = ["person"]

    def __str__(self) -> str:
        return f"{self.person}的详情"


class Unmasking(models.Model):
    """Somebody looked at an encrypted particular, and why. Never changed."""

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="unmaskings")
    field = models.CharField("项目", max_length=20, choices=list(SEALED.items()))
    reason = models.CharField("查看理由", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="查看人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("查看时间", auto_now_add=True)

    class Meta:
        verbose_name = "敏感信息查看记录"
        verbose_name_plural = "敏感信息查看记录"
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.person}：{self.get_field_display()}"
