"""Seals of the small city: pictures drawn for the test, kept by the posts it names."""

from io import BytesIO

from PIL import Image, ImageDraw

from cppcc.documents.models import Seal
from cppcc.documents.sealing import place_seals
from cppcc.files.storing import store
from tests.world import World


def picture(side: int = 320, *, ground: int = 0, red: int = 200, height: int = 0) -> bytes:
    """A red ring on a ground of that opacity, as PNG."""
    size = (side, height or side)
    image = Image.new("RGBA", size, (255, 255, 255, ground))
    ImageDraw.Draw(image).ellipse((8, 8, size[0] - 8, size[1] - 8), outline=(red, 0, 17, 255), width=12)
    with BytesIO() as buffer:
        image.save(buffer, "PNG")
        return buffer.getvalue()


def a_seal(world: World, label: str = "办公室印章", *, keepers: tuple[str, ...] = ("clerk",), **given) -> Seal:
    """A seal that these posts keep."""
    kept = store(picture(red=100 + Seal.objects.count()), name=f"{label}.png", by=None)
    seal = Seal.objects.create(label=label, organization=world.orgs["office"], picture=kept, **given)
    seal.keepers.set([world.posts[key] for key in keepers])
    return seal


def place(world: World, document, seal: Seal | None, *, who: str = "clerk", at: int = 0) -> None:
    """The act of a keeper."""
    document.refresh_from_db()
    place_seals(document, {at: seal}, by=world.users[who], version=document.version)
