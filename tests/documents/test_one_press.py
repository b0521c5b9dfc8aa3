"""Nothing renders a PDF any other way: one file makes pages, one lock guards PDFium."""

import ast
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODE = [path for app in ("cppcc", "consultation") for path in sorted((ROOT / app).rglob("*.py"))]
RENDERERS = ("reportlab", "fpdf", "pdfkit", "xhtml2pdf", "pydyf", "borb", "cairo", "fitz", "docx2pdf")


def imported(path: Path) -> set[str]:
    """The packages that a file imports, at the top or anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        found |= {name.partition(".")[0] for name in names}
    return found


def users_of(*packages: str) -> list[str]:
    """The files that import one of the packages."""
    return [path.relative_to(ROOT).as_posix() for path in CODE if imported(path) & set(packages)]


def test_only_the_press_knows_the_typesetter():
    assert users_of("weasyprint") == ["cppcc/documents/typeset.py"]
    assert users_of(*RENDERERS) == []


def test_whoever_uses_pdfium_holds_its_lock():
    for name in users_of("pypdfium2"):
        assert "PDFIUM" in (ROOT / name).read_text(encoding="utf-8"), name


def test_html_becomes_pages_in_one_place():
    text = (ROOT / "cppcc/documents/typeset.py").read_text(encoding="utf-8")
    assert text.count("HTML(") == 1
