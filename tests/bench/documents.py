"""How many documents a minute one core typesets, first and warm, next to WeasyPrint alone. A measurement, no test.

    script/bench documents [--count 500] [--letters 400] [--json FILE]

Each document is measured in a process of its own, by the time of its processor, so that other work on the machine
counts little. *First* is the first document of a process, without the start of Python and the imports, which are told
apart. *Alone* renders the very HTML of the same pages with the same stylesheet and fonts: what remains when composing
lines, parsing and everything else of ours is free. Ours and alone take turns, so that both see the same machine.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
TURNS = 15


def main() -> int:
    """Measure each document, print the figures; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500, help="documents of the memory run")
    parser.add_argument("--letters", type=int, default=400, help="letters of the batch")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--inside", choices=["speed", "memory", "letters"], help=argparse.SUPPRESS)
    parser.add_argument("--document", default="letter", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        acts = {"speed": lambda: speed(options.document), "memory": lambda: memory(options.count)}
        figures = (acts | {"letters": lambda: letters(options.letters)})[options.inside]()
        sys.stdout.write(json.dumps(figures))
        return 0
    found: dict[str, Any] = {}
    for name in ("letter", "scheme"):
        found |= {f"{name}: {key}": value for key, value in measured("speed", "--document", name).items()}
    found |= measured("memory", "--count", str(options.count))
    found |= {f"batch: {key}": value for key, value in measured("letters", "--letters", str(options.letters)).items()}
    sys.stdout.write("".join(f"{key:58} {value}\n" for key, value in found.items()))
    if options.json:
        with options.json.open("a", encoding="utf-8") as out:
            out.write(json.dumps(found) + "\n")
    ratios = [value for key, value in found.items() if "ratio" in key]
    return 0 if min(ratios) >= 0.85 and found["memory after all, MB"] < 350 else 1


def measured(what: str, *more: str) -> dict[str, Any]:
    """The figures of one measurement in a process of its own."""
    command = [sys.executable, __file__, "--inside", what, *more]
    environment = {"SECRET_KEY": "bench", **os.environ, "CPPCC_ENV": "test"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return json.loads(done.stdout)


def contents() -> dict[str, Any]:
    """A letter of one page and a document whose text takes five."""
    from dataclasses import replace  # noqa: PLC0415 - the import of the engine is measured

    from tests.documents.samples import sample  # noqa: PLC0415

    long = sample("letter")
    return {"letter": replace(long, body=long.body[:2]), "scheme": replace(sample("scheme"), copy_to=[], printed_by="")}


def started() -> float:
    """Set Django up and import the engine; the seconds of the processor that took."""
    begin = time.process_time()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cppcc.settings")
    import django  # noqa: PLC0415

    django.setup()
    import cppcc.documents.typeset  # noqa: F401, PLC0415

    return time.process_time() - begin


def cost(act: Any) -> float:
    """The seconds of the processor that an act takes; what others left lying about is cleared away before."""
    gc.collect()
    begin = time.process_time()
    act()
    return time.process_time() - begin


def speed(name: str) -> dict[str, Any]:
    """First and warm, and the ratio to WeasyPrint alone."""
    start = started()
    from cppcc.documents.typeset import Order, lay_out, typeset  # noqa: PLC0415

    content = contents()[name]
    first = cost(lambda: typeset(content))
    alone = renderer(content)
    pages = len(lay_out(Order(content)).pages)
    pairs = [(cost(lambda: typeset(content)), cost(alone)) for _ in range(TURNS)]
    ours, bare = (median(side) for side in zip(*pairs, strict=True))
    return {
        "pages": pages,
        "start of the process, s": round(start, 2),
        "first document, s": round(first, 3),
        "warm document, s": round(ours, 3),
        "warm, documents a minute": round(60 / ours),
        "WeasyPrint alone, documents a minute": round(60 / bare),
        "ratio to WeasyPrint alone": round(bare / ours, 3),
    }


def renderer(content: Any) -> Any:
    """The same pages by WeasyPrint alone: the HTML is there, the stylesheet parsed, the fonts configured."""
    from weasyprint import HTML  # noqa: PLC0415

    from cppcc.documents import closing, typeset  # noqa: PLC0415

    order = typeset.Order(content)
    fetcher, fonts, style = typeset.press()
    text = typeset.page_html(content, f"{typeset.body(order)}<div>{closing.imprint(content)}</div>", 1)

    def render() -> None:
        page = HTML(string=text, url_fetcher=fetcher, base_url=None)
        document = page.render(stylesheets=[style], font_config=fonts, pdf_variant=typeset.VARIANT)
        typeset.written(document)

    return render


def memory(count: int) -> dict[str, Any]:
    """The memory of the process after 50 documents and after all of them, letters and long ones mixed one to four."""
    started()
    from cppcc.documents.typeset import typeset  # noqa: PLC0415

    kinds = contents()
    sizes = {}
    for number in range(1, count + 1):
        typeset(kinds["scheme" if number % 5 == 0 else "letter"])
        if number in (50, count // 2, count):
            sizes[number] = resident()
    small, middle, large = sizes[50], sizes[count // 2], sizes[count]
    return {
        "documents": count,
        "memory after 50, MB": small,
        "memory after half, MB": middle,
        "memory after all, MB": large,
    }


def letters(count: int) -> dict[str, Any]:
    """A batch: each letter as a file of its own, and all as one; joined out of the files, or laid out together."""
    started()
    from dataclasses import replace  # noqa: PLC0415

    from cppcc.documents.letter_files import AT_ONCE, chunks  # noqa: PLC0415
    from cppcc.documents.rendering import joined  # noqa: PLC0415
    from cppcc.documents.typeset import typeset, typeset_together  # noqa: PLC0415

    one = contents()["letter"]
    batch = [replace(one, number=f"试政协办函〔2026〕{n}号", recipients=[f"来宾{n}同志"]) for n in range(1, count + 1)]
    files: list[bytes] = []
    each = cost(lambda: files.extend(map(typeset, batch)))
    after, whole = resident(), []
    pasted = cost(lambda: whole.append(joined(files)))
    together = cost(lambda: whole.append(joined([typeset_together(some) for some in chunks(batch, AT_ONCE)])))
    return {
        "letters": count,
        "one file each, s": round(each, 1),
        "one file each, MB": round(sum(map(len, files)) / 1e6, 1),
        "memory after, MB": after,
        "the files joined, s": round(pasted, 1),
        "the files joined, MB": round(len(whole[0]) / 1e6, 1),
        "laid out together, s": round(together, 1),
        "laid out together, MB": round(len(whole[1]) / 1e6, 1),
        "memory after all, MB": resident(),
    }


def resident() -> int:
    """The resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
