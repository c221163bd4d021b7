"""A picture beside a record is checked by its content, and visitors get a copy of its pixels."""

import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageStat

from repertory.base.step import Shelf
from repertory.pipeline import Checked
from repertory.publishing.output import Output
from repertory.reading import apart, pixels
from repertory.reading.apart import Damaged
from repertory.reading.pictures import sized
from repertory.reading.pixels import copied
from repertory.reading.prose import Copy
from repertory.telling import verdict
from repertory.writing import work
from repertory.writing.pages import Done, Maker
from tests.attack.bombs import bombs
from tests.attack.forged import KINDS, SECRET, camera, drawn, encoded, with_more
from tests.conftest import ROOT
from tests.worlds import SITES, built, bytes_of, checked, lay_out, outcome, settings_of

BROKEN = b"\x89PNG\r\n\x1a\n broken"
PRACTICES = "content/practices"


def opened(data: bytes) -> Image.Image:
    """Return a picture that was encoded."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def copy_of(data: bytes, ending: str) -> Image.Image:
    """Return the copy of a picture."""
    content, width, height, _ = copied(data, KINDS[ending])
    assert opened(content).size == (width, height)
    return opened(content)


def unlike(one: Image.Image, other: Image.Image) -> float:
    """Return by how much the colours of two pictures differ at the mean, of 255."""
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return max(ImageStat.Stat(difference).mean)


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a copy of the small world."""
    return lay_out(tmp_path / "world", SITES / "small")


def add(world: Path, name: str, picture: bytes, text: str) -> None:
    """Put a picture beside the practices, and write its record again with more text."""
    (world / PRACTICES / name).write_bytes(picture)
    with (world / PRACTICES / "no.md").open("a", encoding="utf-8") as record:
        record.write(f"\n\n{text}\n")


@pytest.mark.parametrize("ending", KINDS)
def test_a_copy_looks_the_same_and_is_of_the_same_kind(ending: str) -> None:
    data = encoded(drawn(400, 300), ending)
    copy = copy_of(data, ending)
    assert copy.format == KINDS[ending]
    assert unlike(copy, opened(data)) < 2


@pytest.mark.parametrize("ending", KINDS)
def test_a_copy_is_the_same_each_time_and_has_what_it_had(ending: str) -> None:
    data = encoded(drawn(400, 300), ending)
    first, *_ = copied(data, KINDS[ending])
    assert copied(data, KINDS[ending])[0] == first
    assert unlike(copy_of(first, ending), opened(first)) < 2


@pytest.mark.parametrize("ending", KINDS)
def test_a_large_picture_is_shrunk_and_a_small_one_is_not(ending: str) -> None:
    large, small = encoded(drawn(3_200, 600), ending), encoded(drawn(1_600, 300), ending)
    assert copy_of(large, ending).size == (1_600, 300)
    assert copy_of(small, ending).size == (1_600, 300)
    assert copy_of(encoded(drawn(100, 4_000), ending), ending).size == (50, 2_000)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("ending", ["png", "webp", "gif"])
def test_what_was_lossless_is_lossless(mode: str, ending: str) -> None:
    image = drawn(mode="RGBA").quantize(40) if mode == "P" else drawn(mode=mode)
    image = image.convert("P") if ending == "gif" else image
    data = encoded(image, ending, **({"lossless": True} if ending == "webp" else {}))
    assert copy_of(data, ending).convert("RGBA").tobytes() == opened(data).convert("RGBA").tobytes()


def test_a_grey_of_sixteen_bits_stays_what_it_is() -> None:
    image = Image.new("I;16", (40, 30), 0x8000)
    assert copy_of(encoded(image, "png"), "png").convert("L").getpixel((3, 3)) == 0x80


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_copy_is_upright(ending: str, orientation: int) -> None:
    image = Image.new("RGB", (60, 40), "white")
    image.paste("black", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    copy = copy_of(encoded(image, ending, exif=exif), ending)
    assert copy.size == ((60, 40) if orientation < 5 else (40, 60))
    right, low = copy.width - 8, copy.height - 8
    corners = ((8, 8), (right, 8), (right, low), (8, low))
    greys = [
        ImageStat.Stat(copy.convert("L").crop((x, y, x + 1, y + 1))).mean[0] for x, y in corners
    ]
    dark = [0, 1, 2, 3, 0, 1, 2, 3][orientation - 1]
    assert [grey < 90 for grey in greys].index(True) == dark


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "avif"])
def test_nothing_that_a_camera_wrote_is_copied(ending: str) -> None:
    data = with_more(encoded(drawn(), ending, exif=camera(), xmp=SECRET), ending, SECRET) + SECRET
    assert data.count(SECRET) >= 4
    content, *_ = copied(data, KINDS[ending])
    assert SECRET not in content
    assert not opened(content).getexif()


def test_colours_of_a_profile_are_turned_into_those_of_all_screens() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"XYZr").replace(b"bXYZ", b"rXYZ").replace(b"XYZr", b"bXYZ")
    for ending in ("jpg", "png", "webp", "avif"):
        red = Image.new("RGB", (60, 40), "red")
        for said, colour in ((swapped, "blue"), (profile, "red"), (b"damaged", "red")):
            copy = copy_of(encoded(red, ending, icc_profile=said), ending)
            assert unlike(copy, Image.new("RGB", (60, 40), colour)) < 3
            assert "icc_profile" not in copy.info


def test_a_broken_picture_is_damaged() -> None:
    data = encoded(drawn(), "jpg")
    with pytest.raises(Damaged):
        copied(data[: len(data) // 2], "JPEG")


def test_a_picture_is_copied_apart_as_it_is_here() -> None:
    for ending, kind in KINDS.items():
        data = encoded(drawn(), ending)
        assert apart.copied(data, kind) == copied(data, kind)


def test_a_picture_that_takes_more_than_it_may_ends_alone(world: Path) -> None:
    """The one lies about its size, and the other has its colours go through many steps."""
    hostile = dict(bombs())
    for name in ("liar.avif", "steps-30000.png"):
        add(world, name, hostile[name], f"![A picture]({name})")
    found = checked(settings_of(world))
    assert found_by(found, f"{PRACTICES}/liar.avif") == ["damaged-picture"]
    assert found_by(found, f"{PRACTICES}/steps-30000.png") == ["picture-too-large"]


def test_what_goes_wrong_apart_is_no_fault_of_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "repertory").mkdir()
    (tmp_path / "repertory" / "__init__.py").write_text('raise SystemExit("It is broken.")')
    monkeypatch.setattr(apart, "PROGRAM", tmp_path)
    with pytest.raises(RuntimeError, match="It is broken"):
        apart.copied(encoded(drawn(), "png"), "PNG")


@pytest.mark.parametrize("limit", ["-d 440000", "-t 5"])
def test_a_machine_may_have_limits_of_its_own(limit: str, world: Path) -> None:
    add(world, "tree.jpg", encoded(drawn(200, 100), "jpg"), "![A tree](tree.jpg)")
    command = f'ulimit {limit} && exec "$0" build.py check --root "$1"'
    done = subprocess.run(
        ["bash", "-c", command, sys.executable, world], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("how", "fault"), [("SIGSEGV", apart.Damaged), ("SIGXCPU", apart.TooLarge)]
)
def test_how_a_process_ended_tells_what_was_wrong(
    how: str, fault: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "repertory").mkdir()
    end = f"import os, signal\nos.kill(os.getpid(), signal.{how})\n"
    (tmp_path / "repertory" / "__init__.py").write_text(end)
    monkeypatch.setattr(apart, "PROGRAM", tmp_path)
    with pytest.raises(fault):
        apart.copied(encoded(drawn(), "png"), "PNG")


def test_memory_that_is_not_there_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(pixels, "_bare", exhausted)
    with pytest.raises(apart.TooLarge, match="450 MB"):
        copied(encoded(drawn(), "png"), "PNG")


def test_a_picture_in_the_text_tells_its_size(world: Path) -> None:
    add(world, "tree.jpg", encoded(drawn(200, 100), "jpg"), '![A "tree" > all](%74ree.jpg "T")')
    built(settings_of(world))
    page = (world / "site/practices/no.html").read_text("utf-8")
    (tag,) = re.findall(r'<img (?:[a-z]+="[^"]*" ?)+>', page)
    assert 'src="tree.jpg" width="200" height="100" loading="lazy" decoding="async"' in tag
    assert opened((world / "site/practices/tree.jpg").read_bytes()).size == (200, 100)


def test_only_pictures_are_given_a_size_and_authors_give_none() -> None:
    copies = [Copy("a.png", 2, 3, False)]
    text = '<p>&lt;img src="a.png"&gt; src="a.png"</p><img alt="src" src="b.png">'
    assert sized(text, copies) == text
    found = sized('<img alt=" src=&quot;x&quot; >" src="a.png">', copies)
    assert found.count("width=") == 1
    assert found.endswith('src="a.png" width="2" height="3" loading="lazy" decoding="async">')


def test_only_a_picture_that_changed_is_copied_and_its_pages_are_made(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, place = list[str](), Maker.place

    def noted(maker: Maker, output: Output, shelf: Shelf) -> Done:
        made.append(output.path)
        return place(maker, output, shelf)

    monkeypatch.setattr(Maker, "place", noted)
    add(world, "tree.png", encoded(drawn(90, 60), "png"), "![A tree](tree.png)")
    built(settings_of(world))
    for size, pages in (((90, 50), ["practices/no.html", "practices/tree.png"]), ((90, 50), [])):
        made.clear()
        (world / PRACTICES / "tree.png").write_bytes(encoded(drawn(*size), "png"))
        built(settings_of(world))
        assert sorted(made) == pages
    (world / PRACTICES / "tree.png").write_bytes(encoded(Image.new("RGB", (90, 50)), "png"))
    built(settings_of(world))
    assert made == ["practices/tree.png"]


def test_processes_copy_the_same(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        add(world, f"n{number}.png", encoded(drawn(90 + number), "png"), f"![A](n{number}.png)")
    alone = outcome(world, world.with_name("alone"), is_cached=False)
    monkeypatch.setattr(work, "FEW", 400)
    assert outcome(world, world.with_name("together"), is_cached=False, jobs=2) == alone


def found_by(checked: Checked, path: str) -> list[str]:
    """Return the rules that a check of one file names."""
    return [problem.rule for problem in verdict(checked, [path]).problems]


def test_a_fault_of_a_picture_is_told_for_it_and_for_its_record(world: Path) -> None:
    add(world, "tree.png", BROKEN, "![A tree](tree.png)")
    found = checked(settings_of(world))
    for path in ("no.md", "tree.png"):
        assert found_by(found, f"{PRACTICES}/{path}") == ["damaged-picture"]
    assert found_by(found, f"{PRACTICES}/letters-home.md") == []


def test_links_and_other_files_are_no_pictures(world: Path) -> None:
    practices = world / PRACTICES
    (practices / "reading.png").rename(world / "elsewhere.png")
    (practices / "reading.png").symlink_to(world / "elsewhere.png")
    assert [it.rule for it in checked(settings_of(world)).problems] == ["unreadable-file"]


def test_a_link_may_lead_to_a_picture_that_is_shown(world: Path) -> None:
    text = "![A tree](tree.png) and [larger](tree.png), [no](reading-no.png)"
    add(world, "tree.png", encoded(drawn(), "png"), text)
    assert [it.rule for it in checked(settings_of(world)).problems] == ["dead-link"]


def test_a_site_without_pictures_does_not_load_pillow(world: Path, root: Path) -> None:
    record = world / PRACTICES / "reading-together.md"
    record.write_text(re.sub(r"image.*\n", "", record.read_text("utf-8")), "utf-8")
    (world / PRACTICES / "reading.png").unlink()
    script = (
        "import sys; from pathlib import Path; from tests.worlds import built, settings_of;"
        "built(settings_of(Path(sys.argv[1]))); assert 'PIL' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, str(world)], cwd=root, check=True)
    assert "index.html" in bytes_of(world / "site")
