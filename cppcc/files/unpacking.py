"""Zip-based files (xlsx, docx) measured by what they really unpack to, whatever their headers say."""

import io
import zipfile
import zlib

from cppcc.office.refusals import Refused

MAX_UNPACKED = 200 * 1024 * 1024  # bytes
MAX_RATIO = 100  # unpacked : packed
RATIO_FROM = 5 * 1024 * 1024  # bytes unpacked below which the ratio does not matter
MAX_ENTRIES = 2000
STEP = 256 * 1024  # bytes unpacked at a time
LOCAL_HEADER = 30  # bytes before name and extra field

BROKEN = "这个文件已损坏或设了密码，打不开，请在 WPS 中打开后另存再上传。"
BOMB = "这个文件展开后过大，不像正常的办公文件，不能上传。请另存一份新的再试。"


def entry_names(data: bytes) -> set[str]:
    """The names in the zip file `data`, after all of it was unpacked piece by piece within the limits.

    Raises Refused: damaged, encrypted, over 2,000 entries, over 200 MB or 100 times its size when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError, UnicodeDecodeError):
        raise Refused(BROKEN) from None
    if len(entries) > MAX_ENTRIES:
        raise Refused(BOMB)
    unpacked = 0
    for entry in entries:
        unpacked += _unpacked_size(data, entry, unpacked)
    return {entry.filename for entry in entries}


def _unpacked_size(data: bytes, entry: zipfile.ZipInfo, before: int) -> int:
    """The bytes that `entry` unpacks to; refuses as soon as the file is over its limits."""
    packed = _packed(data, entry)
    if entry.compress_type == zipfile.ZIP_STORED:
        size, checksum = len(packed), zlib.crc32(packed)
        _refuse_bomb(before + size, len(data))
    else:
        size, checksum = _inflate(packed, before, len(data))
    if size != entry.file_size or checksum != entry.CRC:
        raise Refused(BROKEN)
    return size


def _packed(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    start = entry.header_offset
    header = data[start : start + LOCAL_HEADER]
    known = entry.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if len(header) < LOCAL_HEADER or header[:4] != b"PK\x03\x04" or entry.flag_bits & 1 or not known:
        raise Refused(BROKEN)
    begin = start + LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[begin : begin + entry.compress_size]
    if len(packed) != entry.compress_size:
        raise Refused(BROKEN)
    return packed


def _inflate(packed: bytes, before: int, total: int) -> tuple[int, int]:
    """Size and checksum of a deflated entry, unpacked a step at a time."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size = checksum = 0
    rest = packed
    try:
        while not inflater.eof:
            piece = inflater.decompress(rest, STEP)
            rest = inflater.unconsumed_tail
            if not piece and not rest:
                break
            size, checksum = size + len(piece), zlib.crc32(piece, checksum)
            _refuse_bomb(before + size, total)
    except zlib.error:
        raise Refused(BROKEN) from None
    if not inflater.eof or inflater.unused_data:
        raise Refused(BROKEN)
    return size, checksum


def _refuse_bomb(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * packed):
        raise Refused(BOMB)
