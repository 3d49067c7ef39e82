"""How large a picture is, read from the first bytes of its file; nothing is ever decoded."""

import struct
from collections.abc import Callable, Mapping

Size = tuple[int, int]
"""Width and height in pixels."""

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG markers that no length follows."""


def png(data: bytes) -> Size | None:
    """Measure a PNG; None when it is none."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:  # noqa: PLR2004 - PNG's own
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def gif(data: bytes) -> Size | None:
    """Measure a GIF; None when it is none."""
    if data[:6] not in {b"GIF87a", b"GIF89a"} or len(data) < 10:  # noqa: PLR2004 - GIF's own
        return None
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def jpeg(data: bytes) -> Size | None:
    """Measure a JPEG by walking its segments; None when it is none."""
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:  # noqa: PLR2004 - JPEG's own
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - a filling byte
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


def webp(data: bytes) -> Size | None:
    """Measure a WebP in any of its three forms; None when it is none."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:  # noqa: PLR2004 - WebP's own
        return None
    form = data[12:16]
    if form == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        return width, int.from_bytes(data[27:30], "little") + 1
    if form == b"VP8L" and data[20] == 0x2F:  # noqa: PLR2004 - its signature
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


SIZES: Mapping[str, Callable[[bytes], Size | None]] = {
    "png": png,
    "jpg": jpeg,
    "jpeg": jpeg,
    "gif": gif,
    "webp": webp,
}
"""By a file name's ending."""
