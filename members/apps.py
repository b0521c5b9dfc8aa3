"""The app of members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """委员: sectors, roster, ledger, dossier."""

    name = "members"
    label = "members"
    verbose_name = "委员"

    def ready(self) -> None:
        """Hand down what the floors below need of this one."""
        from members import registering

        registering.hand_down()
