"""One-time links: an outside unit answers without an account. GET shows, POST acts."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cppcc.office.matters import MatterRef
from cppcc.office.models.organizations import Organization
from cppcc.office.refusals import Refused


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class OneTimeLink(MatterRef):
    """A hashed token for one purpose on one matter, for one organisation; expires, is used up, can be revoked."""

    token_hash = models.CharField("令牌摘要", max_length=64, unique=True, editable=False)
    purpose = models.CharField("用途", max_length=60)
    organization = models.ForeignKey(
        Organization, verbose_name="发给单位", on_delete=models.PROTECT, null=True, blank=True, related_name="links"
    )
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="生成人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta(MatterRef.Meta):
        verbose_name = "一次性链接"
        verbose_name_plural = "一次性链接"
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.organization or ''}".strip()

    @classmethod
    def issue(
        cls, matter: models.Model, purpose: str, *, by, expires_at: datetime, organization: Organization | None = None
    ) -> str:
        """Make a link and return its token, which is shown once and stored only as a hash."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(
            matter=matter,
            purpose=purpose,
            created_by=by,
            expires_at=expires_at,
            organization=organization,
            token_hash=_digest(token),
        )
        return token

    @classmethod
    def issue_many(cls, matters: Sequence[models.Model], purpose: str, *, by, expires_at: datetime) -> list[str]:
        """A link for each of many matters of one kind, in one statement; their tokens in the same order."""
        tokens = [secrets.token_urlsafe(32) for _ in matters]
        OneTimeLink.objects.bulk_create(
            OneTimeLink(matter=matter, purpose=purpose, created_by=by, expires_at=expires_at, token_hash=_digest(token))
            for matter, token in zip(matters, tokens, strict=True)
        )
        return tokens

    @classmethod
    def find(cls, token: str, purpose: str, *, lock: bool = False) -> Self:
        """The live link of `token`. Raises Refused with one same sentence for wrong, used, revoked or expired ones."""
        links = cls.objects.select_for_update(of=("self",)) if lock else cls.objects.all()
        alive = Q(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now())
        link = links.filter(alive, token_hash=_digest(token), purpose=purpose).select_related("organization").first()
        if not link:
            raise Refused("这个链接无效、已使用或已过期，请与发出链接的办公室联系，重新获取。")
        return link

    def spend(self) -> None:
        """Use the link up."""
        self.used_at = timezone.now()
        self.save(update_fields=["used_at"])

    def revoke(self) -> None:
        """Make the link useless from now on."""
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])
