"""Documents as an office writes them, described in YAML."""

from pathlib import Path

import yaml

from cppcc.documents.content import DocumentContent
from cppcc.documents.description import content_of

SAMPLES = Path(__file__).parent


def sample(name: str) -> DocumentContent:
    """The document that `name`.yaml describes."""
    return content_of(yaml.safe_load((SAMPLES / f"{name}.yaml").read_text(encoding="utf-8")))
