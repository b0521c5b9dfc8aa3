"""Titles in running text: between quotation marks, those inside turned into the inner ones (GB/T 15834)."""

from typing import Any

INNER = str.maketrans("“”", "‘’")


def quoted(title: Any) -> str:
    """“甲”座谈会 -> “‘甲’座谈会”."""
    return f"“{str(title).translate(INNER)}”"
