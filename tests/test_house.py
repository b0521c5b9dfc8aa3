"""The house tests itself: names of files, imports, templates, sizes, migrations, rules, no foreign address."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template.loader import get_template
from django.urls import URLPattern, get_resolver

from tests.access_table import PAGES

ROOT = Path(settings.BASE_DIR)
APPS = (ROOT / "cppcc", ROOT / "consultation", ROOT / "members")
TEMPLATES = ROOT / "templates"
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "services", "managers", "signals"}
CODE_LINES, TEST_LINES, VIEW_LINES = 400, 1000, 25
# Django and the libraries look for these by themselves.
FOUND_BY_NAME = {"400.html", "403.html", "404.html", "429.html", "500.html"}
NAMESPACES = re.compile(r"https?://(www\.)?w3\.org/[\w./#-]*")
FOREIGN = re.compile(r"(https?:)?//[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


def python(*folders: Path) -> list[Path]:
    """The Python files of the folders, without migrations."""
    return [path for folder in folders for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]


def templates() -> list[Path]:
    """Our templates."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def relative(path: Path) -> str:
    """The path from the root, for messages."""
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def code_lines(path: Path) -> int:
    """Lines that hold code: no blank ones, no comments, no docstrings."""
    source = path.read_text(encoding="utf-8")
    told = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            told.update(range(node.lineno, node.end_lineno + 1))
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in skipped:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - told)


def test_no_file_is_named_after_nothing():
    named = [*python(*APPS, ROOT / "tests"), *templates()]
    assert [relative(path) for path in named if path.stem.removeprefix("test_") in FORBIDDEN_NAMES] == []


def test_files_stay_small():
    assert {relative(p): code_lines(p) for p in python(*APPS) if code_lines(p) > CODE_LINES} == {}
    assert {relative(p): code_lines(p) for p in python(ROOT / "tests") if code_lines(p) > TEST_LINES} == {}


def functions(path: Path):
    """The functions of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_imports_stand_at_the_top():
    """Only `ready()` may import later: it is called when all apps are there."""
    late = [
        f"{relative(path)}:{node.lineno}"
        for path in python(*APPS)
        for function in functions(path)
        if function.name != "ready"
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert late == []


def views():
    """url name -> the function or class behind it."""

    def walk(patterns, prefix=""):
        for entry in patterns:
            if isinstance(entry, URLPattern):
                yield f"{prefix}{entry.name}", entry.callback
            elif entry.namespace != "admin":
                yield from walk(entry.url_patterns, f"{entry.namespace}:" if entry.namespace else prefix)

    return dict(walk(get_resolver().url_patterns))


def test_views_stay_small_and_are_named_like_their_address():
    large = {}
    for path in (p for p in python(*APPS) if p.stem == "pages" or p.parent.name == "pages"):
        for function in functions(path):
            first = function.body[0]
            docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            begin = function.body[1].lineno if docstring and len(function.body) > 1 else first.lineno
            if function.end_lineno - begin + 1 > VIEW_LINES:
                large[f"{relative(path)}:{function.name}"] = function.end_lineno - begin + 1
    assert large == {}
    ours = {name: view for name, view in views().items() if ":" in name}
    assert {name: view.__name__ for name, view in ours.items() if view.__name__ != name.split(":")[1]} == {}


def test_every_address_is_in_the_access_table():
    assert sorted(views()) == sorted(PAGES)


def test_every_public_function_and_class_says_what_it_is():
    silent = [
        f"{relative(path)}:{node.lineno} {node.name}"
        for path in python(*APPS)
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []
    assert [relative(p) for p in python(*APPS) if p.stat().st_size and not ast.get_docstring(tree(p))] == []


# --- templates -----------------------------------------------------------------------------------------------------

NAMED = re.compile(r"""["']((?:[\w-]+/)*[\w-]+\.(?:html|svg|txt))["']""")


def names_of_templates(text: str) -> set[str]:
    """What a file says that looks like the name of a template."""
    return set(NAMED.findall(text))


def used_templates() -> set[str]:
    """Names of templates in code and templates."""
    sources = [path.read_text(encoding="utf-8") for path in [*python(*APPS), *templates()]]
    return set().union(*map(names_of_templates, sources))


def overriding(name: str) -> bool:
    """Whether ours stands in front of a template that a library brings along and asks for by itself."""
    return name.startswith(("django/", "registration/", "admin/", "simple_history/"))


def test_every_template_is_used():
    used = used_templates() | FOUND_BY_NAME
    ours = {path.relative_to(TEMPLATES).as_posix() for path in templates()}
    assert sorted(name for name in ours - used if not overriding(name)) == []


STATIC = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")


@pytest.mark.parametrize("path", templates(), ids=relative)
def test_a_template_parses_and_names_only_what_exists(path):
    get_template(path.relative_to(TEMPLATES).as_posix())
    text = path.read_text(encoding="utf-8")
    files = set(STATIC.findall(text))
    for name in names_of_templates(text) - files:
        get_template(name)
    assert [name for name in files if not finders.find(name)] == []


def test_every_template_that_code_names_exists():
    named = set().union(*(names_of_templates(path.read_text(encoding="utf-8")) for path in python(*APPS)))
    found = sorted(name for name in named if name.endswith(".html"))
    assert "desk/home.html" in found
    assert [name for name in found if get_template(name).template.name != name] == []


INLINE = re.compile(
    r"""<style\b|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=|javascript:|\|\s*safe\b|autoescape\s+off""",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", templates(), ids=relative)
def test_a_template_has_nothing_inline_and_nothing_foreign(path):
    """The content-security policy is strict; user text is always escaped; no page asks another house."""
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    told = text.replace("{{ field.help_text|safe }}", "")  # written in code, never by a user; Django's are lists
    assert [match[0] for match in INLINE.finditer(told)] == []
    assert [match[0] for match in FOREIGN.finditer(NAMESPACES.sub("", text))] == []


def test_static_files_ask_no_other_house():
    for path in sorted((ROOT / "static").rglob("*")):
        if path.suffix in {".css", ".js", ".svg", ".html"}:
            text = NAMESPACES.sub("", path.read_text(encoding="utf-8"))
            text = re.sub(r"(?m)^\s*//.*$", "", text)
            assert [match[0] for match in FOREIGN.finditer(text)] == [], relative(path)


@pytest.mark.parametrize("path", templates(), ids=relative)
def test_a_form_that_posts_carries_its_token(path):
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", text, flags=re.DOTALL | re.IGNORECASE):
        if re.search(r"method=.post", form, re.IGNORECASE):
            assert "csrf_token" in form, relative(path)


# --- data and rules ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def rows_of_rules() -> list[dict[str, str]]:
    """The rows of the table of docs/regulations.md, by the words of its head: rule, article, code, test, state."""
    text = (ROOT / "docs" / "regulations.md").read_text(encoding="utf-8")
    head, _, *rows = [
        [cell.strip() for cell in line.strip("| ").split("|")] for line in text.splitlines() if "|" in line
    ]
    return [dict(zip(head, cells, strict=True)) for cells in rows if re.match(r"R\d{3}", cells[0])]


PATHS = re.compile(r"`?((?:cppcc|consultation|members|tests|templates|script|docs)/[\w./-]+\.[a-z]+)")


def test_every_rule_names_code_and_tests_that_exist():
    rows = rows_of_rules()
    assert rows
    for row in rows:
        code, tests = PATHS.findall(row["code"]), PATHS.findall(row["test"])
        assert code, f"{row['rule']} names no code"
        assert tests, f"{row['rule']} names no test"
        assert [f"{row['rule']}: {name}" for name in [*code, *tests] if not (ROOT / name).exists()] == []
        assert all(name.startswith("tests/") for name in tests), row["rule"]


def test_every_rule_that_code_cites_is_in_the_table():
    known = {rule for row in rows_of_rules() for rule in re.findall(r"R\d{3}", row["rule"])}
    cited = {rule for path in python(*APPS) for rule in re.findall(r"\bR\d{3}\b", path.read_text(encoding="utf-8"))}
    assert sorted(cited - known) == []


LAYERS = ("cppcc.desk", "consultation", "cppcc.documents", "cppcc.workflow", "cppcc.sheets", "cppcc.office")
BESIDE = {"cppcc.jobs": "cppcc.sheets", "cppcc.files": "cppcc.sheets"}


def layer(module: str) -> int | None:
    """How far down an app of ours stands; None for what is no app."""
    for name in (*LAYERS, *BESIDE):
        if module == name or module.startswith(f"{name}."):
            return LAYERS.index(BESIDE.get(name, name))
    return None


def test_each_app_uses_only_what_stands_below_it():
    """The same as import-linter holds; here so that the quick suite says it too. `ready()` registers upward."""
    upward = []
    for path in python(*APPS):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        own, app = layer(module), module.split(".")[: 1 if module.startswith("consultation") else 2]
        if own is None:
            continue
        for node in ast.walk(tree(path)):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in filter(None, names):
                other, same = layer(name), name.split(".")[: len(app)] == app
                if other is not None and not same and other <= own:
                    upward.append(f"{relative(path)}: {name}")
    assert upward == []


def test_the_product_names_no_place_of_ours():
    """What differs between offices is data; a path of a machine is nobody's data."""
    text = re.compile(r"/(work|home|root|Users)/\w")
    for path in [*python(*APPS, ROOT / "tests"), *templates()]:
        assert not text.search(path.read_text(encoding="utf-8").replace(text.pattern, "")), relative(path)
