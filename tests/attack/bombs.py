"""Pictures that are small to send, and would fill a machine's memory or keep it busy for long."""

import struct
import zlib
from base64 import b85decode
from collections.abc import Iterator

from PIL import Image

from tests.attack.forged import chunk, claiming, drawn, encoded, packed, png

LARGEST, OF_WEB = 5_000, 3_464  # of which squares have all pixels that are decoded
LIAR = (  # packed: an AVIF of 16,384 times 16,384 pixels, whose header tells of 64 times 64
    "c-muNU{FXasVqn=%S>Yc0uY^>nP!-qnV9D5Xy^zOdYzkElE?r7iWw<6MNl?FL1uCZ0~+8f$SlbPvlxL`E;A=T8N_"
    "h`@fjhajKT~IJaIs_MrLMS8eFXukdw*;<t3IG7&_<Y<b&<X$}A`<0Mg!>1<Cn9S|qc$AQft#0~8AsWL9K?1eiHEI"
    "DiySVws_Hqdi!SaB_Z5QC@OR1<+((2DS#Eka%W6F3e9rhp{j+HM0OUrRAn1mIyI$aoc~d|NsB*5*8CF2ct6*63iQ"
    "BthE0B|4-x(28M+5r!<dG^$^a<{;4SUx~Kh5iFc(J-`uH!$0bBHw(XifVM*#_eg9=nQKvo^8dl%r(RZ6@IH^%jZQ"
    "h2f!KV*|i}GdYJAJzGYxU*tp8Nh}Rc@GQ&6`v%b8fnHYtz;l^HX}Je;Bo4)P_+TMr|0iVbq3E8%AvywPDnTQ5)!E"
    "1I;Y}0Q@XFTm"
)
CLAIMS = ((60_000, 60_000), (65_535, 65_535), (16_384, 16_384), (1, 60_000), (2**31 - 1, 2**31 - 1))


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield them, with the names of their files."""
    yield "liar.avif", zlib.decompress(b85decode(LIAR))
    yield "square.png", png(60_000, 60_000, 1, 0, packed(60_000 * 7_501))
    for width, height in CLAIMS:
        name = f"claims-{width}-{height}"
        yield f"{name}.png", png(width, height, 8, 2, zlib.compress(bytes(100)))
        for ending in ("jpg", "gif", "webp", "avif"):
            changed = claiming(encoded(drawn(64, 48), ending), (64, 48), (width, height))
            yield f"{name}.{ending}", changed
    yield from _frames()
    yield from _scans()
    yield from _texts()
    yield from _profiles()


def _frames() -> Iterator[tuple[str, bytes]]:
    screen = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02D\x01\0"
    yield "frames.gif", screen + frame * 600_000 + b";"
    yield "nothing.gif", screen + b"!\xf9\x04\0\0\0\0\0" * 1_200_000
    wide = screen.replace(struct.pack("<HH", 1, 1), struct.pack("<HH", 65_535, 65_535))
    yield "screen.gif", wide + frame + b";"
    outside = frame.replace(struct.pack("<HHHH", 0, 0, 1, 1), struct.pack("<HHHH", *[60_000] * 4))
    yield "outside.gif", screen + outside + b";"
    images = [Image.new("RGB", (300, 300), (number, 0, 0)) for number in range(40)]
    for ending in ("gif", "webp", "png"):
        more = {"save_all": True, "append_images": images, "duration": 20}
        yield f"frames-in-full.{ending}", encoded(drawn(300, 300), ending, **more)


def largest() -> Iterator[tuple[str, bytes]]:
    """Yield pictures that are just taken, and cost as much as any."""
    side, turned = (LARGEST, LARGEST), Image.Exif()
    turned[0x0112] = 5
    noise = Image.effect_noise((LARGEST // 20, LARGEST // 20), 90).resize(side)
    seen = Image.merge("RGB", (noise, noise.transpose(Image.Transpose.ROTATE_90), noise))
    clear = seen.resize((OF_WEB, OF_WEB))
    clear.putalpha(noise.resize((OF_WEB, OF_WEB)))
    flat = Image.new("RGB", (OF_WEB, OF_WEB), "teal")
    yield "flat.webp", encoded(flat, "webp", method=0)
    yield "lossless.webp", encoded(flat, "webp", method=0, lossless=True, quality=0)
    for ending in ("webp", "avif"):
        for quality in (1, 30):
            yield f"clear-{quality}.{ending}", encoded(clear, ending, quality=quality, exif=turned)
    yield "seen.avif", encoded(clear.convert("RGB"), "avif", quality=60, subsampling="4:4:4")
    yield "seen.jpg", encoded(seen, "jpg", quality=80, subsampling=0, exif=turned)
    yield "slow.jpg", encoded(seen, "jpg", quality=70, subsampling=0, progressive=True)
    yield "print.jpg", encoded(seen.convert("CMYK"), "jpg", quality=50, subsampling=0)
    yield "seen.gif", encoded(noise.point(lambda value: value & 0xE0), "gif")
    yield "deep.png", png(LARGEST, LARGEST, 16, 6, packed(LARGEST * (LARGEST * 8 + 1) + 2**20))
    yield "column.png", png(1, LARGEST**2, 8, 2, packed(LARGEST**2 * 4 + 2**20))
    yield "row.png", png(LARGEST**2, 1, 8, 2, packed(LARGEST**2 * 3 + 2**20))
    yield "tower.webp", encoded(Image.new("RGB", (750, 16_000), "red"), "webp", method=0)
    yield "column.avif", encoded(seen.resize((1_600, 7_500)), "avif", quality=30)
    for ending in ("webp", "avif", "png"):
        noises = [Image.effect_noise((1_600, 2_000), 90) for _ in range(4)]
        yield f"colours.{ending}", encoded(Image.merge("RGBA", noises), ending)
    yield "wide.png", encoded(seen.quantize(8), "png")


def _scans() -> Iterator[tuple[str, bytes]]:
    """Yield JPEGs whose last passes are there again and again."""
    for side in (LARGEST, 500):
        data = encoded(Image.new("RGB", (side, side), "teal"), "jpg", progressive=True)
        last = data[data.rindex(b"\xff\xda") : -2]
        for count in (25, 90, 20_000):
            yield f"scans-{side}-{count}.jpg", data[:-2] + last * count + b"\xff\xd9"


def _texts() -> Iterator[tuple[str, bytes]]:
    row, zeros = zlib.compress(b"\0\0\0\0"), packed(60 << 20)
    yield "profile.png", png(1, 1, 8, 2, row, chunk(b"iCCP", b"p\0\0" + zeros))
    yield "text.png", png(1, 1, 8, 2, row, chunk(b"zTXt", b"p\0\0" + zeros))
    megabyte = chunk(b"zTXt", b"p\0\0" + packed(1 << 20))
    yield "texts.png", png(1, 1, 8, 2, row, megabyte * 3_000)
    small = chunk(b"tEXt", b"p\0" + b"x" * 20)
    yield "many-texts.png", png(1, 1, 8, 2, row, small * 200_000)
    directory = struct.pack(">HHI", 0x4D4D, 42, 8) + struct.pack(">H", 5_000)
    directory += struct.pack(">HHII", 0x8769, 4, 1, 8) * 5_000 + struct.pack(">I", 8)
    yield "circle.png", png(1, 1, 8, 2, row, chunk(b"eXIf", directory))
    yield "circle.jpg", encoded(drawn(), "jpg", exif=b"Exif\0\0" + directory[:60_000])


def _profiles() -> Iterator[tuple[str, bytes]]:
    """Yield pictures whose colours go through the same step again and again."""
    for count in (700, 30_000):
        for ending in ("png", "jpg", "webp", "avif"):
            data = encoded(drawn(), ending, icc_profile=of_steps(count))
            yield f"steps-{count}.{ending}", data


def of_steps(count: int) -> bytes:
    """Return a profile with a tag of so many elements, all of them the same (ICC.1:2022, 10.16)."""
    segment = b"parf" + bytes(8) + struct.pack(">4f", 1.0001, 1, 0, 0)
    curve = b"curf" + bytes(4) + struct.pack(">HH", 1, 0) + segment
    element = b"cvst" + bytes(4) + struct.pack(">HH", 3, 3)
    element += struct.pack(">II", 36, len(curve)) * 3 + curve
    steps = b"mpet" + bytes(4) + struct.pack(">HHI", 3, 3, count)
    steps += struct.pack(">II", 16 + 8 * count, len(element)) * count + element
    text = b"mluc" + bytes(4) + struct.pack(">II", 0, 12)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63_190, 65_536, 54_061)
    tags = {b"D2B0": steps, b"desc": text, b"cprt": text, b"wtpt": white}
    table, data = struct.pack(">I", len(tags)), b""
    for name, tag in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(data), len(tag))
        data += tag + bytes(-len(tag) % 4)
    head = b"lcms" + struct.pack(">I", 0x04400000) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acspAPPL" + bytes(24)
    head += struct.pack(">3i", 63_190, 65_536, 54_061) + b"lcms"
    size = 128 + len(table) + len(data)
    return struct.pack(">I", size) + head.ljust(124, b"\0") + table + data
