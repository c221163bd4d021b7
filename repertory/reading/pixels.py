"""The bytes of a picture become pixels, and these the bytes that visitors get: nothing else."""

import json
import resource
import struct
import sys
import warnings
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import NamedTuple

from PIL import AvifImagePlugin, ImageOps
from PIL import Image as PillowImage
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.Image import DecompressionBombError, Image, Resampling
from PIL.ImageCms import ImageCmsProfile, PyCMSError, createProfile, profileToProfile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from repertory.reading.apart import LIMITS, MEGABYTES, Damaged, TooLarge

WIDEST, TALLEST = 1_600, 2_000  # twice what a column of text is wide, and a screen is high


class Format(NamedTuple):
    """What decodes a kind of picture, how many million pixels of it, and how it is encoded.

    So many pixels take one to three seconds and up to 390 MB, also of WebP and AVIF, which take
    more each. The first of the ways is taken, or the next where more bytes come of it than there
    were.
    """

    decoder: type[ImageFile]
    millions: int
    ways: Sequence[Mapping[str, int]]


FORMATS: Mapping[str, Format] = {
    "JPEG": Format(
        JpegImageFile, 25, [{"quality": q, "optimize": 1, "progressive": 1} for q in (80, 60)]
    ),
    "PNG": Format(PngImageFile, 25, [{"optimize": 1}]),
    "WEBP": Format(WebPImageFile, 12, [{"quality": q, "method": 2} for q in (80, 60)]),
    "AVIF": Format(AvifImageFile, 12, [{"quality": 65, "speed": 9}]),  # takes a second: no other
    "GIF": Format(GifImageFile, 25, [{"optimize": 1}]),
}
FULL = {"1": "L", "P": "RGB"}  # modes between whose colours there are none, and such as have them
LOSSLESS_WEBP = [{"lossless": 1}]
FAULTS = (
    OSError, SyntaxError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError,
    EOFError, RuntimeError, struct.error, PyCMSError,
)  # fmt: skip
"""What Pillow raises for bytes that are no good picture."""

AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a build has its own processes
PillowImage.MAX_IMAGE_PIXELS = 12_500_000  # Pillow itself refuses twice as many


def copied(data: bytes, kind: str) -> tuple[bytes, int, int, bool]:
    """Return a picture made anew from its pixels, its width and height, and whether it moved.

    What moves stands still in the copy, as its first picture. Raises Damaged and TooLarge.
    """
    millions = FORMATS[kind].millions
    too_many = TooLarge(f"has more than {millions} million pixels")
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            FORMATS[kind].decoder(BytesIO(data)) as image,
        ):
            if image.width * image.height > millions * 1_000_000:
                raise too_many
            is_moving = bool(getattr(image, "is_animated", False))
            copy = _bare(image, kind)
            return _encoded(copy, kind, data), copy.width, copy.height, is_moving
    except MemoryError as fault:
        raise TooLarge(f"takes more than {MEGABYTES} MB to look at") from fault
    except DecompressionBombError as fault:
        raise too_many from fault
    except FAULTS as fault:
        raise Damaged from fault


def _bare(image: ImageFile, kind: str) -> Image:
    """Return the pixels alone: upright, no more than are shown, in the colours of all screens."""
    image.load()
    profile = image.info.get("icc_profile")
    _turn(image)
    scale = min(1, WIDEST / image.width, TALLEST / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    bare = _resizable(image, kind, size != image.size)
    bare = _in_srgb(bare.resize(size, Resampling.LANCZOS, reducing_gap=1.5), profile)
    if bare.mode == "P":
        return _with_used_colours(bare)
    bare.info.clear()
    return bare.quantize() if kind == "PNG" and image.mode == "P" else bare


def _resizable(image: Image, kind: str, is_shrunk: bool) -> Image:
    """Return a picture so that each pixel tells its colour by itself; a palette stays if it can."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.point(lambda value: value / 256).convert("L")
    if kind == "GIF" and image.mode == "L":
        image = image.convert("P")
    if "transparency" in image.info and (is_shrunk or image.mode != "P"):
        return image.convert("RGBA")
    return image.convert(FULL[image.mode]) if is_shrunk and image.mode in FULL else image


def _turn(image: ImageFile) -> None:
    """Turn a picture as its camera was held."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except FAULTS:
        return  # only what the camera wrote is damaged, and that is left out


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    """Return a picture in the colours that are meant where no profile says otherwise."""
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        mode = "RGB" if image.mode == "CMYK" else image.mode
        try:
            found = ImageCmsProfile(BytesIO(profile))
            turned = profileToProfile(image, found, createProfile("sRGB"), outputMode=mode)
        except FAULTS:
            turned = None  # the profile is damaged, or one of other pictures
        if turned:
            return turned
    return image.convert("RGB") if image.mode == "CMYK" else image


def _with_used_colours(image: Image) -> Image:
    """Return a picture with only those colours in its palette that it shows."""
    used = [index for _, index in image.getcolors() or () if isinstance(index, int)]
    through = image.info.pop("transparency", None)
    image.info.clear()
    lean = image.remap_palette(used)
    if isinstance(through, bytes):
        lean.info["transparency"] = bytes((through + bytes([255] * 256))[index] for index in used)
    elif through in used:
        lean.info["transparency"] = used.index(through)
    return lean


def _encoded(image: Image, kind: str, data: bytes) -> bytes:
    """Return the bytes of a picture, of its kind and where possible no more than it had."""
    encoded = BytesIO()
    for way in LOSSLESS_WEBP if kind == "WEBP" and b"VP8L" in data else FORMATS[kind].ways:
        encoded = BytesIO()
        image.save(encoded, kind, **way)
        if encoded.tell() <= len(data):
            break
    return encoded.getvalue()


def main(kind: str) -> None:
    """Copy the picture that comes in, as `apart.copied` asks for it and reads what goes out."""
    for limit, most in LIMITS.items():
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
    content = b""
    told: list[int] | str | None = None
    try:
        content, *told = copied(sys.stdin.buffer.read(), kind)
    except TooLarge as fault:
        told = str(fault)
    except Damaged:
        pass
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)


if __name__ == "__main__":
    main(sys.argv[1])
