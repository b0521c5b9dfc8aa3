"""Pictures of seals: what may be one, and the clean bytes that stand on the names of those who issue."""

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from cppcc.files.safety import check
from cppcc.office.refusals import Refused

LARGEST = 4_000_000  # bytes
MOST_PIXELS = 3000  # a side
LEAST_PIXELS = 300  # a side of what is uploaded: 180 to the inch at 42 mm
NEARLY = 0.05  # how far from a square


def checked(seals: Sequence[bytes | None], offices: int) -> list[bytes | None]:
    """The pictures, each of them a PNG of reasonable size, not more than there are `offices`; `Refused` otherwise.

    None stands for a name without a seal.
    """
    if len(seals) > offices:
        raise Refused(f"署名有{offices}个，印章图片却有{len(seals)}个，请删去多余的。")
    return [None if data is None else png(data) for data in seals]


def png(data: bytes) -> bytes:
    """A PNG picture, written anew so that nothing but its pixels enters the document."""
    if len(data) > LARGEST:
        raise Refused("印章图片太大，请使用4MB以内的PNG图片。")
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > MOST_PIXELS:
                raise Refused(f"印章图片的边长不能超过{MOST_PIXELS}像素，请缩小后再上传。")
            pixels = picture.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Refused("印章图片不是PNG图片或者已经损坏，请换一张。") from error
    clean = BytesIO()
    pixels.save(clean, "PNG")
    return clean.getvalue()


def upload(chosen: Any) -> bytes:
    """The picture that an administrator uploads, written anew: square, large enough, its corners clear.

    Raises Refused with what is wrong.
    """
    data = png(check(chosen, allowed={"png"}).data)
    with Image.open(BytesIO(data)) as picture:
        width, height = picture.size
        if min(width, height) < LEAST_PIXELS:
            raise Refused(f"印章图片只有{width}×{height}像素，印出来不清楚，请使用边长{LEAST_PIXELS}像素以上的图片。")
        if abs(width - height) > NEARLY * width:
            raise Refused(f"印章图片应当是正方形，这张是{width}×{height}像素，请裁好后再上传。")
        alpha = picture.getchannel("A")
        corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
        if any(alpha.getpixel(corner) for corner in corners):
            raise Refused("印章图片的底色应当透明，否则会盖住署名和日期，请去掉底色后再上传。")
    return data


def small(data: bytes, side: int = 96) -> str:
    """A picture too small to be printed, as a data: address."""
    with Image.open(BytesIO(data)) as picture, BytesIO() as buffer:
        picture.thumbnail((side, side))
        picture.save(buffer, "PNG")
        return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode()}"
