"""The one way in which a file leaves: under its own name, never shown in the page, kept by nobody on the way."""

from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

PDF = "application/pdf"
Response = TypeVar("Response", bound=HttpResponseBase)


def download(filename: str, data: bytes, content_type: str) -> HttpResponse:
    """`data` as an attachment under a Chinese name (RFC 6266)."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    return not_kept(response)


def not_kept(response: Response) -> Response:
    """`response` with the headers of every download: its type is not guessed, no cache keeps it."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
