"""Texts that try to make the typesetter fetch something: nothing leaves, nothing local comes in, the PDF is made."""

import io
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pdfplumber
import pytest
from pdfminer.pdftypes import PDFStream, resolve1

from cppcc.documents.content import Annex, DocumentContent, Paragraph, Table
from cppcc.documents.typeset import OnlyFonts, typeset
from tests.documents.plans import letter

SECRET = "leaked-4d1c0f"
VECTORS = {
    "img http": '<img src="{web}/a.png">',
    "img file": '<img src="{file}">',
    "img srcset": '<img srcset="{web}/a.png 2x, {file} 1x">',
    "style sheet": '<link rel="stylesheet" href="{web}/a.css">',
    "style import": "<style>@import url({web}/a.css);</style>",
    "style background": "<style>body {{ background: url('{web}/a.png') }}</style>",
    "style content": "<style>p::before {{ content: url({file}) }}</style>",
    "font": "<style>@font-face {{ font-family: body; src: url({web}/a.otf) }}</style>",
    "style attribute": '"><p style="background:url({web}/a)">',
    "attribute break": '" style="background:url({web}/b)" x="',
    "attachment link": '<link rel="attachment" href="{file}">',
    "attachment anchor": '<a rel="attachment" href="{file}">附件</a>',
    "svg image": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{web}/a.png"/></svg>',
    "svg use": '<svg><use xlink:href="{file}#a"/></svg>',
    "data": '<img src="data:image/svg+xml,%3Csvg%3E%3Cimage href=%22{web}/d%22/%3E%3C/svg%3E">',
    "redirect": '<img src="{web}/redirect?to={file}">',
    "base": '<base href="{web}/"><img src="a.png">',
    "object": '<object data="{web}/o"></object><embed src="{file}"><iframe src="{web}/i"></iframe>',
    "meta": '</title><meta http-equiv="refresh" content="0;url={web}/m"><link rel="icon" href="{web}/i">',
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "{file}">]>&e;<?xml-stylesheet href="{web}/x"?>',
    "encoded": "&lt;img src={web}/e&gt;&#60;img src={file}&#62;",
    "seal": '<img src="seal:0"><img src="seal:../../etc/passwd">',
}


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[str, list[object]]]:
    """A listener on loopback and the list of those who called."""
    called: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                called.append(address)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", called
        ended.set()
        thread.join()


def everywhere(text: str) -> DocumentContent:
    """A document with the text in every part of it."""
    table = Table(["序号", text], [["1", text], [text, "2"]])
    return letter(
        masthead=text,
        number=text,
        title=[text],
        recipients=[text],
        body=[Paragraph(text, level) for level in range(5)],
        signature=[text],
        signatories=[text],
        annexes_note=[text],
        annexes=[Annex([text], table, paragraphs=[Paragraph(text)])],
        note=text,
        copy_to=[text],
        printed_by=text,
        copy_number=text,
        urgency=text,
    )


def streams(pdf) -> Iterator[bytes]:
    """The contents of every stream of a file."""
    for xref in pdf.doc.xrefs:
        for number in xref.get_objids():
            found = resolve1(pdf.doc.getobj(number))
            if isinstance(found, PDFStream):
                yield found.get_data()


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, "document") for name in VECTORS]
    + [(name, kind) for name in ("img http", "attachment link", "attribute break") for kind in ("letter", "minutes")],
)
def test_nothing_leaves_and_nothing_local_comes_in(name, kind, web, tmp_path, monkeypatch):
    address, called = web
    secret = tmp_path / "s.svg"
    secret.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{SECRET}</text></svg>')
    asked: list[str] = []
    fetch = OnlyFonts.fetch
    monkeypatch.setattr(
        OnlyFonts, "fetch", lambda self, url, headers=None: asked.append(url) or fetch(self, url, headers)
    )
    text = "看" + VECTORS[name].format(web=address, file=secret.as_uri())
    data = typeset(replace(everywhere(text), kind=kind))
    assert called == []
    assert asked == []
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        assert not any(SECRET.encode() in stream for stream in streams(pdf))
        assert SECRET not in "".join(page.extract_text() for page in pdf.pages)
        assert not any(page.images or page.annots or page.hyperlinks for page in pdf.pages)
        names = resolve1(pdf.doc.catalog.get("Names", {}))
        assert "EmbeddedFiles" not in names
        assert "AF" not in pdf.doc.catalog
        assert "<" not in text or "<" in pdf.pages[0].extract_text()
