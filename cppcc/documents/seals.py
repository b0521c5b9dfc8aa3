"""Pictures of seals that a caller may place on the names of those who issue."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from cppcc.office.refusals import Refused

LARGEST = 4_000_000  # bytes
MOST_PIXELS = 3000  # a side


def checked(seals: Sequence[bytes], offices: int) -> list[bytes]:
    """The pictures, each of them a PNG of reasonable size, not more than there are `offices`; `Refused` otherwise."""
    if len(seals) > offices:
        raise Refused(f"署名有{offices}个，印章图片却有{len(seals)}个，请删去多余的。")
    return [png(data) for data in seals]


def png(data: bytes) -> bytes:
    """A PNG picture, written anew so that nothing but its pixels enters the document."""
    if len(data) > LARGEST:
        raise Refused("印章图片太大，请使用4MB以内的PNG图片。")
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > MOST_PIXELS:
                raise Refused(f"印章图片的边长不能超过{MOST_PIXELS}像素，请缩小后再上传。")
            pixels = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused("印章图片不是PNG图片或者已经损坏，请换一张。") from error
    clean = BytesIO()
    pixels.save(clean, "PNG")
    return clean.getvalue()
