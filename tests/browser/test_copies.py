"""Chromium shows the copies of pictures of every kind, in the size that the page tells."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.attack.forged import KINDS, camera, drawn, encoded, planted
from tests.worlds import SITES, built, lay_out, settings_of

pytestmark = pytest.mark.browser

SHOWN = """async () => {
  const images = [...document.querySelectorAll(".prose img")];
  images.forEach((image) => { image.loading = "eager"; });
  await Promise.all(images.map((image) => image.decode().catch(() => {})));
  return images.map((image) => [
    image.getAttribute("src"), image.naturalWidth, image.naturalHeight,
    Number(image.getAttribute("width")), Number(image.getAttribute("height")),
  ]);
}"""


def test_every_copy_is_shown_in_its_size(page: Page, tmp_path: Path) -> None:
    pictures = dict(planted())
    for ending in KINDS:
        said = {} if ending == "gif" else {"exif": camera()}
        pictures[f"wide.{ending}"] = encoded(drawn(2_000, 300), ending, **said)
    practices = lay_out(tmp_path / "world", SITES / "small") / "content" / "practices"
    for name, data in pictures.items():
        (practices / name).write_bytes(data)
    with (practices / "no.md").open("a", encoding="utf-8") as record:
        record.writelines(f"\n\n![A picture]({name})\n" for name in pictures)
    built(settings_of(tmp_path / "world"))
    site = tmp_path / "world" / "site" / "practices"
    page.goto((site / "no.html").as_uri())
    shown = page.evaluate(SHOWN)
    assert [name for name, *_ in shown] == list(pictures)
    for name, width, height, told_width, told_height in shown:
        with Image.open(BytesIO((site / name).read_bytes())) as image:
            assert (name, width, height) == (name, *image.size)
        assert (name, width, height) == (name, told_width, told_height)
