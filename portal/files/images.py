"""A picture made anew: upright, at most as large as an A4 page needs, and nothing but its pixels.

Runs in the child process alone (portal.files.child).
"""

from io import BytesIO

import pi_heif

# Looked up by Pillow when it meets them; the child can open no file for that any more.
from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin  # noqa: F401

from portal.files.limits import (
    BROKEN,
    LONGEST_SIDE,
    MOST_PIXELS,
    QUALITY,
    TOO_MANY_PIXELS,
    Refused,
)

PILLOW_NAMES = {"jpeg": "JPEG", "png": "PNG", "heic": "HEIF"}
_GRAY = ("1", "L", "I", "F")

Image.preinit()
pi_heif.register_heif_opener(thumbnails=False)
pi_heif.options.DECODE_THREADS = 1  # ty: ignore[invalid-assignment] - 4 is only the default
Image.MAX_IMAGE_PIXELS = None  # our own limit stands below and refuses earlier


def clean_image(received: bytes, kind: str) -> bytes:
    """JPEG bytes. Only the decoder of `kind` is asked. Raises Refused."""
    try:
        with Image.open(BytesIO(received), formats=[PILLOW_NAMES[kind]]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refused(TOO_MANY_PIXELS)
            return _jpeg(_flat(image))
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, KeyError) as error:
        raise Refused(BROKEN) from error  # decoders have many words for it


def _flat(image: Image.Image) -> Image.Image:
    """Small, upright, in gray or RGB, on white where one could see through it."""
    if image.mode in ("P", "PA", "1"):  # a palette can't be made smaller smoothly
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    image = ImageOps.exif_transpose(image)
    if "A" in image.getbands() or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    return image.convert("L" if image.mode in _GRAY else "RGB")


def _jpeg(image: Image.Image) -> bytes:
    bare = Image.new(image.mode, image.size)  # carries no comment, no profile, no EXIF
    bare.paste(image)
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
