"""Pictures that somebody would send who wants to break a build, or to hide something in a page."""

import gzip
import random
import struct
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from zipfile import ZipFile

from PIL import ExifTags, Image, ImageCms, ImageDraw, PngImagePlugin

SECRET = b"PLANTED-51.0543-SECRET"
KINDS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "gif": "GIF"}
MAGIC = {
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "png": b"\x89PNG\r\n\x1a\n",
    "webp": b"RIFF\xff\xff\0\0WEBPVP8 ",
    "avif": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
    "gif": b"GIF89a",
}
SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><script>alert("{SECRET.decode()}")</script></svg>'
PROGRAM = f"/*{SECRET.decode()}*/alert(1)//".encode()
PAGE = f"<html><script>alert('{SECRET.decode()}')</script></html>".encode()


def encoded(image: Image.Image, ending: str, **options: object) -> bytes:
    """Return a picture as a file of that ending."""
    file = BytesIO()
    if ending == "avif":
        options = {"speed": 10, "max_threads": 1, **options}
    image.save(file, KINDS[ending], **options)
    return file.getvalue()


def drawn(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Return a small picture with something to see."""
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    ImageDraw.Draw(image).ellipse((8, 8, width // 2, height - 8), fill="white")
    return image


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour: int, pixels: bytes, *more: bytes) -> bytes:
    """Return a PNG of packed pixels, whatever its header says, with more chunks before them."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = chunk(b"IHDR", header), *more, chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return MAGIC["png"] + b"".join(chunks)


def packed(count: int) -> bytes:
    """Return so many zeros, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(count >> 20)) + packer.flush()


def claiming(data: bytes, old: tuple[int, int], new: tuple[int, int]) -> bytes:
    """Return a file in which each pair of numbers that can be its size is another one."""
    for form, top in ((">II", 0xFFFFFFFF), (">HH", 0xFFFF), ("<HH", 0xFFFF)):
        most = [min(side, top) for side in new]
        data = data.replace(struct.pack(form, *old), struct.pack(form, *most))
        data = data.replace(struct.pack(form, *old[::-1]), struct.pack(form, *most[::-1]))
    return data


def with_more(data: bytes, ending: str, more: bytes) -> bytes:
    """Return a picture with foreign bytes in a place where its kind permits them."""
    if ending == "jpg":
        return data[:2] + b"\xff\xfe" + struct.pack(">H", len(more) + 2) + more + data[2:]
    if ending == "png":
        return data[:33] + chunk(b"tEXt", b"Comment\0" + more) + data[33:]
    if ending == "webp":
        grown = data[12:] + b"EVIL" + struct.pack("<I", len(more)) + more + bytes(len(more) % 2)
        return b"RIFF" + struct.pack("<I", len(grown) + 4) + b"WEBP" + grown
    if ending == "avif":
        return data + struct.pack(">I", len(more) + 8) + b"free" + more
    return data[:-1] + b"!\xfe" + bytes([min(255, len(more))]) + more[:255] + b"\0;"


def camera(secret: bytes = SECRET) -> Image.Exif:
    """Return what a camera writes: where and when, by whom, and which way is up."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = secret.decode()
    exif[ExifTags.Base.MakerNote] = secret
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (51.0, 3.0, 15.0), 29: secret.decode()})
    return exif


def profile(secret: bytes = SECRET) -> bytes:
    """Return a profile of colours with something to read in it."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data.replace(b"sRGB built-in"[:4], secret[:4]) + secret


def planted() -> Iterator[tuple[str, bytes]]:
    """Yield good pictures in which something is hidden, with the names of their files."""
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    for ending in KINDS:
        mode = "P" if ending == "gif" else "RGB"
        plain = encoded(drawn(mode=mode), ending)
        yield f"behind.{ending}", plain + SECRET
        yield f"page-behind.{ending}", plain + PAGE
        yield f"archive-behind.{ending}", plain + _archive()
        for name, more in (("inside", SECRET), ("page-inside", PAGE), ("program", PROGRAM)):
            yield f"{name}.{ending}", with_more(plain, ending, more)
        if ending != "gif":
            said = {"exif": camera(), "xmp": xmp, "icc_profile": profile()}
            yield f"camera.{ending}", encoded(drawn(), ending, **said)
            yield f"camera-wide.{ending}", encoded(drawn(2400, 600), ending, **said)
    yield "texts.png", encoded(drawn(), "png", pnginfo=_texts())
    yield "words.gif", encoded(drawn(mode="P"), "gif", comment=SECRET)
    yield "program.gif", _polyglot()
    yield "colours.gif", _unused_colours("gif")
    yield "colours.png", _unused_colours("png")
    second = Image.new("RGB", (64, 48), "red")
    moving = {"save_all": True, "append_images": [second, drawn()], "duration": 80}
    for ending in ("gif", "webp", "png", "avif"):
        yield f"moving.{ending}", with_more(encoded(drawn(), ending, **moving), ending, SECRET)


def _archive() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("secret.html", SECRET)
    return file.getvalue()


def _texts() -> PngImagePlugin.PngInfo:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET.decode())
    texts.add_itxt("Comment", SECRET.decode(), zip=False)
    texts.add(b"prVt", SECRET, after_idat=True)
    return texts


def _polyglot() -> bytes:
    """Return a GIF that is a program too: GIF89a/*...*/=1; ..., where its width says /*."""
    return encoded(drawn(0x2A2F, 20, "P"), "gif") + b"*/=1;" + PROGRAM


def _unused_colours(ending: str) -> bytes:
    image = drawn(mode="L").quantize(16)
    palette = bytearray(image.palette.getdata()[1] if image.palette else b"").ljust(768, b"\0")
    palette[600 : 600 + len(SECRET)] = SECRET
    image.putpalette(bytes(palette))
    image.putpixel((0, 0), 255)
    return encoded(image, ending, optimize=False)


def refused() -> Iterator[tuple[str, bytes]]:
    """Yield what is no picture, or not the one that its name tells."""
    packed_svg = gzip.compress(SVG.encode(), mtime=0)
    disguises: Mapping[str, bytes] = {
        "plain": SVG.encode(),
        "mark": b"\xef\xbb\xbf" + SVG.encode(),
        "declared": b"<?xml version='1.0'?><!DOCTYPE svg>" + SVG.encode(),
        "late": b"\n\n <!-- a picture -->\n" + SVG.encode(),
        "wide": SVG.encode("utf-16"),
        "packed": packed_svg,
        "prefixed": SVG.replace("svg", "s:svg").encode(),
    }
    chance = random.Random(3)
    for ending in KINDS:
        for name, data in disguises.items():
            yield f"svg-{name}.{ending}", data
        yield f"page.{ending}", PAGE
        yield f"empty.{ending}", b""
        yield f"magic.{ending}", MAGIC[ending]
        yield f"svg-behind-magic.{ending}", MAGIC[ending] + SVG.encode()
        for other in KINDS:
            if other != ending:
                yield f"a-{other}.{ending}", encoded(drawn(), other)
        for number in range(20):
            yield f"noise-{number}.{ending}", MAGIC[ending] + chance.randbytes(500 * number)


def bases() -> Mapping[str, list[bytes]]:
    """Return good pictures to be spoilt, by their endings."""
    second = Image.new("RGBA", (64, 48), (255, 0, 0, 90))
    said = {"exif": camera(), "icc_profile": profile()}
    moving = {"save_all": True, "append_images": [second], "duration": 80}
    made: dict[str, list[bytes]] = {}
    for ending in KINDS:
        plain = [encoded(drawn(mode="L"), ending), encoded(drawn(), ending)]
        if ending != "gif":
            plain.append(encoded(drawn(1700, 60), ending, **said))
        if ending != "jpg":
            plain += [encoded(drawn(mode="RGBA"), ending), encoded(drawn(), ending, **moving)]
        made[ending] = plain
    made["jpg"] += [
        encoded(drawn(), "jpg", progressive=True, subsampling=0),
        encoded(drawn().convert("CMYK"), "jpg"),
    ]
    made["png"] += [
        encoded(drawn().quantize(20), "png", pnginfo=_texts()),
        encoded(drawn(mode="1"), "png"),
        encoded(Image.new("I;16", (64, 48), 7000), "png"),
    ]
    made["webp"].append(encoded(drawn(), "webp", lossless=True, **said))
    return made


def spoilt(base: bytes, chance: random.Random) -> bytes:
    """Return a file near a good one: bytes exchanged, cut out, doubled, or all behind them gone."""
    data = bytearray(base)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1) if chance.random() < 0.5 else chance.randrange(64)
        width = chance.choice((1, 1, 2, 4, 16, 200))
        way = chance.randrange(5)
        if way == 0:
            data[start : start + width] = chance.randbytes(width)
        elif way == 1:
            data[start : start + width] = chance.choice((b"\0", b"\xff", b"\x7f")) * width
        elif way == 2:
            del data[start : start + width]
        elif way == 3:
            data[start:start] = data[start : start + width] * chance.choice((1, 1, 50))
        else:
            del data[max(1, start) :]
    return bytes(data)
