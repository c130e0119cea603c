"""Write a picture as PNG: the one format that every browser shows and Tesseract reads from a pipe on every system."""

import struct
import zlib

GREY, RGB = 1, 3
"""Bytes a dot."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {GREY: 0, RGB: 2}


def encode_png(width: int, dots: bytes, channels: int = GREY, *, level: int = 1) -> bytes:
    """Return a picture of ``width`` dots a row as PNG.

    ``dots`` row by row from the top, ``channels`` bytes each; ``level`` of zlib: 1 is fast, 9 small.
    Source: PNG specification, third edition, 5 and 11.2.
    """
    length = width * channels
    rows = b"".join(b"\0" + dots[at : at + length] for at in range(0, len(dots), length))
    head = struct.pack(">IIBBBBB", width, len(dots) // length, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, level)), (b"IEND", b""))
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held)) for kind, held in parts
    )


def size_of_png(content: bytes) -> tuple[int, int] | None:
    """Return the width and height in dots that a PNG states; None of anything else."""
    if not content.startswith(_SIGNATURE) or content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
