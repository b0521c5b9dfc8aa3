"""Seals of the demo, drawn when it is loaded: a ring, the name along it, a star, and that it is a demo's."""

from datetime import date
from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw, ImageFont

from cppcc.desk.demo.past import Past
from cppcc.desk.demo.rows import Names
from cppcc.documents.fonts import path_of
from cppcc.documents.models import Document, Seal
from cppcc.documents.sealing import names_of, place_seals
from cppcc.files.storing import store
from cppcc.office.models import Office, Organization, User

SIDE = 620  # pixels
RED = (205, 20, 20, 235)
SAYS = "演示用章"
WIDEST = 0.8 * 2 * pi  # how much of the ring a name takes at most
KEEPER = "office-clerk"
MADE = date(2024, 12, 2)


def make_seals(names: Names, past: Past) -> None:
    """The seals of the office and of the committee, kept by the office's clerk, from before the first document."""
    office = Office.required()
    with past.on(MADE):
        _make("政协机关印章", office.full_name, names.units["cppcc"], names)
        _make("办公室印章", office.organization.name, office.organization, names)


def seal_alone(document: Document, *, by: User) -> None:
    """Place the seal of whoever issues a document alone; joint ones are sealed on paper."""
    name = names_of(document)
    seal = Seal.objects.kept_by(by).filter(picture__name=f"{name[0]}.png").first() if len(name) == 1 else None
    if seal:
        place_seals(document, {0: seal}, by=by, version=document.version)


def _make(label: str, name: str, unit: Organization, names: Names) -> None:
    picture = store(drawn(name), name=f"{name}.png", by=None)
    seal = Seal.objects.create(label=label, organization=unit, picture=picture)
    seal.keepers.set([names.posts[KEEPER]])


def drawn(name: str) -> bytes:
    """A round red seal with `name` along its ring, as a PNG with a clear ground."""
    picture = Image.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((6, 6, SIDE - 6, SIDE - 6), outline=RED, width=15)
    pen.polygon([_at(90 if tip % 2 == 0 else 35, tip * pi / 5) for tip in range(10)], fill=RED)
    font = ImageFont.truetype(path_of("song"), 52)
    pen.text((SIDE / 2, SIDE * 0.76), SAYS, fill=RED, font=font, anchor="mm", stroke_width=1, stroke_fill=RED)
    _along(picture, name)
    with BytesIO() as buffer:
        picture.save(buffer, "PNG")
        return buffer.getvalue()


def _along(picture: Image.Image, name: str) -> None:
    """The characters upright on the ring, spread evenly about its top."""
    step = min(0.36, WIDEST / len(name))
    radius = SIDE / 2 - 62
    font = ImageFont.truetype(path_of("song"), min(74, int(step * radius * 0.98)))
    for place, character in enumerate(name):
        angle = (place - (len(name) - 1) / 2) * step
        tile = Image.new("RGBA", (110, 110), (255, 255, 255, 0))
        ImageDraw.Draw(tile).text(
            (55, 55), character, fill=RED, font=font, anchor="mm", stroke_width=1, stroke_fill=RED
        )
        turned = tile.rotate(-angle * 180 / pi, resample=Image.Resampling.BICUBIC)
        x, y = _at(radius, angle)
        picture.alpha_composite(turned, (round(x - 55), round(y - 55)))


def _at(radius: float, angle: float) -> tuple[float, float]:
    """A point of the circle, `angle` from the top to the right, in radians."""
    return SIDE / 2 + radius * sin(angle), SIDE / 2 - radius * cos(angle)
