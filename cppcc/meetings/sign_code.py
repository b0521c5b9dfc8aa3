"""The code of a meeting: where it leads, its picture, the poster for the door, and a new one that kills the old."""

import uuid
from html import escape

import segno
from django.db import transaction
from django.urls import reverse

from cppcc.documents.fonts import settable
from cppcc.documents.grid import MM
from cppcc.documents.titles import break_title
from cppcc.documents.typeset import plain_pages
from cppcc.meetings.models import Meeting
from cppcc.office.refusals import Refused

HINTS = (
    "用手机扫一扫，按“签到”。",
    "没有账号的，填写姓名和手机号后四位；",
    "受委派参加的，填写本人姓名和委派人的手机号后四位。",
    "扫码有困难的，请到签到台办理。",
)
MEASURE = 174 * MM
SIZES = ((28, 34.0, 120), (60, 26.0, 104), (200, 19.0, 104))  # of a title up to so long (characters): points; code, mm
STYLE = """
@page {{ size: 210mm 297mm; margin: 18mm 18mm 14mm }}
html {{ font: 17pt/25pt body, companion; color: #000; text-align: center }}
body, h1, p {{ margin: 0; font-weight: normal }}
h1 {{ font: {size}pt/{leading}pt title, companion; white-space: nowrap }}
.when {{ margin-top: 4mm }}
.word {{ font: 38pt/50pt hei, companion; letter-spacing: 12pt; padding-left: 12pt; margin-top: 4mm }}
svg {{ width: {side}mm; height: {side}mm; margin: 3mm 0 4mm }}
.hints {{ font-family: kai, companion; font-size: 15pt; line-height: 22pt }}
"""


def path(meeting: Meeting) -> str:
    """Where the code leads."""
    return reverse("meetings:sign_in", args=[meeting.sign_in_code])


def picture(address: str) -> str:
    """The code of a whole address, as the address of an image (data:)."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=2)


def poster(meeting: Meeting, address: str) -> bytes:
    """A sheet A4 for the door: title, code of a whole address, when and where, how it goes. PDF."""
    code = segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True)
    title = settable(meeting.title, "title")
    size, side = next((points, side) for most, points, side in SIZES if len(title) <= most)
    lines = "<br>".join(map(escape, break_title([title], size, MEASURE)))
    hints = "".join(f"<p>{escape(settable(hint, 'kai'))}</p>" for hint in HINTS)
    inner = (
        f"<h1>{lines}</h1>"
        f'<p class="when">{escape(settable(meeting.when))}</p><p>{escape(settable(meeting.where))}</p>'
        f'<p class="word">扫码签到</p>{code}'
        f'<div class="hints">{hints}</div>'
    )
    style = STYLE.format(size=size, leading=size * 1.35, side=side)
    return plain_pages(inner, style, title=f"{meeting.title}签到码")


@transaction.atomic
def renew(meeting: Meeting) -> Meeting:
    """A new code; posters with the old one lead nowhere. Raises Refused when the meeting is over."""
    locked = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if not locked.is_open:
        raise Refused(f"会议{locked.get_state_display()}，签到码已经没有用处，不必更换。")
    locked.sign_in_code = uuid.uuid4()
    Meeting.objects.filter(pk=locked.pk).update(sign_in_code=locked.sign_in_code)
    return locked
