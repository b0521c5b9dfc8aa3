"""The one way in which a row points to "any matter": content type and bigint id, with an index."""

from typing import Any, ClassVar

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class ByMatter:
    """What both kinds of references can be asked."""

    @classmethod
    def for_matter(cls, matter: models.Model) -> Any:
        """The queryset of this model's rows that belong to `matter`."""
        content_type = ContentType.objects.get_for_model(matter)
        return cls._default_manager.filter(content_type=content_type, object_id=matter.pk)  # type: ignore[attr-defined]


class MatterRef(ByMatter, models.Model):
    """Abstract: a row that belongs to one matter of any kind. A matter is cancelled, never deleted."""

    content_type = models.ForeignKey(ContentType, verbose_name="事项类型", on_delete=models.PROTECT, related_name="+")
    object_id = models.BigIntegerField("事项编号")
    matter = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["content_type", "object_id"])]


class OptionalMatterRef(ByMatter, models.Model):
    """Abstract: like `MatterRef`, for rows that may stand before their matter exists (a file just uploaded)."""

    content_type = models.ForeignKey(
        ContentType, verbose_name="事项类型", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    object_id = models.BigIntegerField("事项编号", null=True, blank=True)
    matter = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["content_type", "object_id"])]
