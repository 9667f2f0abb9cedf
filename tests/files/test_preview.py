"""The preview page on disk: its pictures, and the files that it does not replace."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from gcbulk.errors import SettingsError
from gcbulk.files import preview
from gcbulk.files.own_files import OwnFiles
from gcbulk.records import IMAGE_COLUMNS


def images(folder: Path, *paths: str) -> pd.DataFrame:
    """Give the lines of pictures that were looked at."""
    digests = [hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths]
    return pd.DataFrame({"path": list(paths), "digest": digests}).reindex(columns=list(IMAGE_COLUMNS))


def decoded(address: str) -> Image.Image:
    """Give the picture of a ``data:`` address."""
    kind, _, data = address.partition(",")
    assert kind == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize(
    ("mode", "ending"), [("RGB", "png"), ("RGBA", "png"), ("P", "png"), ("RGB", "jpg"), ("L", "png")]
)
def test_a_picture_becomes_small(tmp_path: Path, mode: str, ending: str) -> None:
    """A picture of any kind that is taken fits the page, and its mean colour is known."""
    Image.new("RGB", (1024, 1024), (200, 40, 40)).convert(mode).save(tmp_path / f"a.{ending}")
    (found,) = preview.thumbnails(tmp_path, images(tmp_path, f"a.{ending}")).values()
    assert decoded(found.address).size == (264, 264)
    assert len(found.address) < 20_000
    assert mode == "L" or found.tint[0] > 150 > 100 > found.tint[1]


def test_what_cannot_be_shown_is_left_out(tmp_path: Path) -> None:
    """A picture that was changed since, is gone, or is cut off has no thumbnail, and stops no other."""
    for shade, name in enumerate(("good", "changed", "gone", "cut")):
        Image.new("RGB", (512, 512), (shade, 2, 3)).save(tmp_path / f"{name}.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:200])
    lines = images(tmp_path, "good.png", "changed.png", "gone.png", "cut.png")
    (tmp_path / "changed.png").write_bytes(b"other")
    (tmp_path / "gone.png").unlink()
    good = hashlib.sha256((tmp_path / "good.png").read_bytes()).hexdigest()
    assert set(preview.thumbnails(tmp_path, lines)) == {good}


def test_a_page_of_ours_is_replaced_and_no_other(tmp_path: Path) -> None:
    """What a preview of the same file wrote is written anew; a page that somebody made or changed is left alone."""
    own, page = OwnFiles(tmp_path / "own"), tmp_path / "page.html"
    assert preview.write_page(page, "one", own, source="a") == page
    assert preview.write_page(page, "two", own, source="a") == page
    page.write_text("mine")
    beside = preview.write_page(page, "three", own, source="a")
    assert (page.read_text(), beside.name, beside.read_text()) == ("mine", "page-2.html", "three")


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A folder that is gone by then is a sentence."""
    with pytest.raises(SettingsError, match="cannot be written"):
        preview.write_page(tmp_path / "gone" / "page.html", "page", OwnFiles(), source="a")


def test_what_the_page_is_made_of_is_there() -> None:
    """The style, the marks and the script are part of the package, and none of them names another address."""
    for asset in (preview.style(), preview.symbols(), preview.script()):
        assert len(asset) > 500
        assert "http" not in asset
        assert "url(" not in asset
