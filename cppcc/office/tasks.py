"""The bells of the ground."""

from celery import shared_task

from cppcc.office.groups import sync_groups


@shared_task
def sync_role_groups() -> None:
    """Let group membership follow posts and delegations whose dates came or went."""
    sync_groups()
