"""Screenshots made small: few colours, a palette, the hardest compression."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

_COLOURS = 64
_READ_PIXELS = """async (png) => {
  const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  let text = "";
  for (let at = 0; at < data.length; at += 8190)
    text += String.fromCharCode(...data.subarray(at, at + 8190));
  return [image.width, image.height, btoa(text)];
}"""


def shrink(page: Page, png: bytes) -> bytes:
    """Return a picture with at most 64 colours; any open `page` lends its decoder."""
    width, height, data = page.evaluate(_READ_PIXELS, base64.b64encode(png).decode())
    rgba = np.frombuffer(base64.b64decode(data), dtype=np.uint8).reshape(height * width, 4)
    packed = rgba[:, :3].astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    colours, inverse, counts = np.unique(packed, return_inverse=True, return_counts=True)
    kept = np.argsort(-counts, kind="stable")[:_COLOURS]
    every = _channels(colours)
    palette = every[kept]
    distance = ((every[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
    indices = distance.argmin(axis=1).astype(np.uint8)[inverse.reshape(height, width)]
    return _encode(indices, palette.astype(np.uint8))


def _channels(packed: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return (n, 3): red, green and blue of n packed colours."""
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1).astype(np.int32)


def _encode(indices: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """Return a palette PNG of `indices` (height, width); `palette` is (colours, 3)."""
    height, width = indices.shape
    # A filter byte before each line; 0 is "none", which suits palettes best.
    lines = np.hstack([np.zeros((height, 1), dtype=np.uint8), indices])
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
