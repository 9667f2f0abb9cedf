"""Pictures on disk, looked at without trusting them."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from gcbulk.errors import WorkbookError
from gcbulk.files.images import look_at, read_picture
from gcbulk.sheets import pictures
from gcbulk.sheets.pictures import Facts, Unseen


def picture(mode: str = "RGB", size: tuple[int, int] = (8, 8), form: str = "PNG", **options: object) -> bytes:
    """The bytes of a small picture."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Facts]:
    """Writes a file and looks at it."""

    def run(data: bytes, name: str = "a.png") -> Facts:
        (tmp_path / name).write_bytes(data)
        return look_at(tmp_path, [name])[name]

    return run


@pytest.mark.parametrize(
    ("data", "form", "alpha", "colours"),
    [
        (picture(), "PNG", False, "sRGB"),
        (picture("RGBA"), "PNG", True, "sRGB"),
        (picture("P", transparency=0), "PNG", True, "sRGB"),
        (picture("L"), "PNG", False, "L"),
        (picture(form="JPEG"), "JPEG", False, "sRGB"),
        (picture("CMYK", form="JPEG"), "JPEG", False, "CMYK"),
        (picture(form="TIFF"), "TIFF", False, "sRGB"),
        (picture(form="PNG", icc_profile=b"no profile"), "PNG", False, "of a damaged profile"),
    ],
    ids=["png", "alpha", "transparent-colour", "grey", "jpeg", "cmyk", "tiff", "bad-profile"],
)
def test_what_a_picture_is(look: Callable[..., Facts], data: bytes, form: str, alpha: bool, colours: str) -> None:
    """Format, size, alpha and colours come from the bytes, not from the name."""
    facts = look(data, "whatever.bin")
    assert facts.problem is None
    assert (facts.format, facts.width_px, facts.height_px) == (form, 8, 8)
    assert (facts.has_alpha, facts.colours) == (alpha, colours)
    assert (facts.file_name, facts.size_bytes) == ("whatever.bin", len(data))
    assert facts.digest == hashlib.sha256(data).hexdigest()


def test_a_profile_says_the_colours(look: Callable[..., Facts]) -> None:
    """A profile of sRGB is sRGB; another profile is called by its name."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert look(picture(icc_profile=srgb)).colours == "sRGB"
    assert "Lab" in look(picture(icc_profile=lab)).colours
    assert look(picture(form="JPEG", icc_profile=b"x" * (5 << 20))).colours == "of an odd profile"


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (picture(form="GIF"), "GIF"),
        (picture(form="BMP"), "BMP"),
        (picture(form="WEBP"), "WebP"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n" + b"%%BoundingBox: 0 0 8 8\n" * 200_000, "EPS"),
        (b"8BPS\0\1" + bytes(100), "Photoshop"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    ],
    ids=["gif", "bmp", "webp", "eps", "psd", "svg"],
)
def test_other_formats_are_named_and_not_opened(
    look: Callable[..., Facts], monkeypatch: pytest.MonkeyPatch, data: bytes, form: str
) -> None:
    """No parser but those of PNG, JPEG and TIFF is let near a file, whatever its name says."""
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("a parser was asked"))
    facts = look(data, "a.png")
    assert (facts.problem, facts.format) == (None, form)


def test_only_three_parsers_are_open(look: Callable[..., Facts], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow is told which format to try, and tries no other."""
    asked: list[list[str] | None] = []
    opened = Image.open

    def noted(file: io.BytesIO, formats: list[str] | None = None) -> Image.Image:
        asked.append(formats)
        return opened(file, formats=formats)

    monkeypatch.setattr(Image, "open", noted)
    for form in ("PNG", "JPEG", "TIFF"):
        look(picture(form=form))
    assert asked == [["PNG"], ["JPEG"], ["TIFF"]]


def turned(form: str) -> bytes:
    """A picture that asks to be shown upside down."""
    exif = Image.Exif()
    exif[0x0112] = 3
    return picture(form=form, exif=exif)


@pytest.mark.parametrize(
    ("data", "remarks"),
    [
        (picture(), ()),
        (picture(form="PNG", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")]), ("is_animated",)),
        (picture("I;16"), ("is_deep",)),
        (turned("PNG"), ("is_turned",)),
        (turned("JPEG"), ("is_turned",)),
        (picture(form="MPO", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")]), ()),
    ],
    ids=["plain", "animated", "16-bit", "turned-png", "turned-jpeg", "camera"],
)
def test_what_is_odd_about_a_picture(look: Callable[..., Facts], data: bytes, remarks: tuple[str, ...]) -> None:
    """Animation, 16 bits for a colour and a wish to be turned are seen; a second picture is none."""
    facts = look(data)
    assert facts.problem is None
    assert tuple(name for name in ("is_animated", "is_deep", "is_turned") if getattr(facts, name)) == remarks


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_that_is_cut_off_is_an_error(look: Callable[..., Facts], form: str) -> None:
    """Wherever a picture ends too early it is never taken for good, and behind its end there may be more."""
    whole = picture(form=form, size=(64, 64))
    for end in range(len(whole) - 1):
        assert look(whole[:end]).problem is Unseen.UNREADABLE, end
    assert look(whole + b"more").problem is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", Unseen.UNREADABLE), (b"%PDF-1.7", Unseen.UNREADABLE), (picture()[:20], Unseen.UNREADABLE)],
    ids=["empty", "other", "cut-off"],
)
def test_what_is_no_picture(look: Callable[..., Facts], data: bytes, problem: Unseen) -> None:
    """What cannot be taken for a picture is said to be none."""
    assert look(data).problem is problem


def test_a_decompression_bomb_stays_packed(look: Callable[..., Facts]) -> None:
    """A few bytes that would unpack to gigabytes of pixels are refused by their head."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    body = zlib.compress(bytes(1 << 20))
    bomb += struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    assert look(bomb).problem is Unseen.TOO_LARGE


def test_a_huge_file_is_not_read(look: Callable[..., Facts], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of more bytes than are read is refused by its size."""
    monkeypatch.setattr("gcbulk.files.images.MOST_BYTES", 10)
    assert look(picture()).problem is Unseen.TOO_LARGE
    assert pictures.MOST_BYTES > 1024 * 1024 * 8


def test_paths_lead_into_the_folder_only(tmp_path: Path) -> None:
    """A file outside is not looked at, be it by a link, by dots or by an absolute path; inside, links are fine."""
    folder, outside = tmp_path / "game", tmp_path / "secret.png"
    (folder / "art").mkdir(parents=True)
    outside.write_bytes(picture())
    (folder / "art" / "a.png").write_bytes(picture())
    (folder / "link.png").symlink_to(outside)
    (folder / "away").symlink_to(tmp_path)
    (folder / "near.png").symlink_to(folder / "art" / "a.png")
    facts = look_at(folder, ["link.png", "away/secret.png", "../secret.png", str(outside), "C:\\a.png"])
    assert {one.problem for one in facts.values()} == {Unseen.OUTSIDE}
    facts = look_at(folder, ["near.png", "art\\a.png", "art/a.png", "art/../art/a.png"])
    assert {one.problem for one in facts.values()} == {None}


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("none.png", Unseen.NOT_FOUND),
        ("file/a.png", Unseen.NOT_FOUND),
        ("folder", Unseen.UNREADABLE),
        ("pipe", Unseen.UNREADABLE),
        ("a\0b", Unseen.UNREADABLE),
        ("loop", Unseen.UNREADABLE),
        ("x" * 5000, Unseen.UNREADABLE),
    ],
    ids=["absent", "below-a-file", "folder", "pipe", "nul", "loop", "long"],
)
def test_what_cannot_be_opened(tmp_path: Path, path: str, problem: Unseen) -> None:
    """Whatever a path leads to is said in a sentence; nothing hangs and nothing is raised."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    facts = look_at(tmp_path, [path])[path]
    assert facts.problem is problem
    assert facts.reason.endswith(".")


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from([b"", picture()[:40], picture(form="JPEG")[:40], picture(form="TIFF")]), rest=st.binary())
def test_no_bytes_break_it(look: Callable[..., Facts], start: bytes, rest: bytes) -> None:
    """Whatever stands in a file, there are facts about it."""
    assert isinstance(look(start + rest), Facts)


def test_bytes_are_read_as_they_were_checked(tmp_path: Path) -> None:
    """A picture that was changed or taken away after the check is not sent."""
    data = picture()
    (tmp_path / "a.png").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    assert read_picture(tmp_path, "a.png", digest) == data
    (tmp_path / "a.png").write_bytes(picture("L"))
    with pytest.raises(WorkbookError, match="changed after the check"):
        read_picture(tmp_path, "a.png", digest)
    (tmp_path / "a.png").unlink()
    with pytest.raises(WorkbookError, match="cannot be read any more"):
        read_picture(tmp_path, "a.png", digest)


@pytest.mark.parametrize(("on_disk", "in_sheet"), [("é.png", "e\u0301.png"), ("e\u0301.png", "é.png")])
def test_a_name_with_accents_is_found_in_either_form(tmp_path: Path, on_disk: str, in_sheet: str) -> None:
    """A Mac keeps é as two characters where Windows types one: file and folder are the same to people."""
    folder = on_disk.removesuffix(".png")
    (tmp_path / folder).mkdir()
    (tmp_path / folder / on_disk).write_bytes(picture())
    path = f"{in_sheet.removesuffix('.png')}/{in_sheet}"
    facts = look_at(tmp_path, [path, f"../{path}", f"missing/{in_sheet}"])
    assert facts[path].file_name == on_disk
    assert facts[f"missing/{in_sheet}"].problem is Unseen.NOT_FOUND
    assert facts[f"../{path}"].problem in (Unseen.OUTSIDE, Unseen.NOT_FOUND)
    assert read_picture(tmp_path, path, facts[path].digest) == picture()
