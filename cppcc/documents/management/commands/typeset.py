"""manage.py typeset FILE.yaml OUT.pdf: typeset a described document."""

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cppcc.documents.description import DescriptionError, content_of
from cppcc.documents.typeset import typeset
from cppcc.office.refusals import Refused

LARGEST = 5_000_000  # bytes
MERGE = "tag:yaml.org,2002:merge"


class Loader(yaml.SafeLoader):
    """Plain YAML in which a key may stand only once in its mapping."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) and key.tag != MERGE else None
            if name is not None and name in seen:
                raise DescriptionError(f"第{key.start_mark.line + 1}行", f"“{name}”重复出现，请只保留一处。")
            seen.add(name)
        return super().construct_mapping(node, deep)


class Command(BaseCommand):
    """Read a description, write a PDF. Wrong descriptions end with a sentence on stderr and exit status 1."""

    help = "按照 GB/T 9704 排印 YAML 描述的公文：typeset FILE.yaml OUT.pdf"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="描述文件（YAML，UTF-8）")
        parser.add_argument("out", type=Path, help="排印成的 PDF 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Typeset; the output file is touched only when all went well."""
        source, target = options["file"], options["out"]
        try:
            data = typeset(content_of(read(source)))
        except Refused as refusal:
            raise CommandError(f"{source}：{refusal.sentence}") from refusal
        try:
            target.write_bytes(data)
        except OSError as error:
            raise CommandError(f"{target}：不能写入（{error.strerror}）。") from error
        self.stdout.write(f"{target}（{len(data) // 1024}KB）")


def read(path: Path) -> Any:
    """What a YAML file says; `Refused` when it cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise Refused("描述文件太大，不能超过5MB。")
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise Refused(f"不能读取（{error.strerror}），请核对文件名。") from error
    except UnicodeDecodeError as error:
        raise Refused("不是UTF-8编码的文本文件，请另存为UTF-8。") from error
    except yaml.YAMLError as error:
        raise Refused(f"不是正确的YAML：{where(error)}") from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"不是正确的YAML：{error}。") from error


def where(error: yaml.YAMLError) -> str:
    """The line and column that a YAML error complains of."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"第{mark.line + 1}行第{mark.column + 1}列，{problem}。" if mark else f"{problem}。"
