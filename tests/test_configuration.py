"""What counts of an option: arguments over the environment over files; a file beside a workbook says little."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.configuration import FILE, OPTIONS, configured, files
from gcbulk.errors import SettingsError
from gcbulk.records import Json

VALUES: dict[str, str] = {
    "bundle_id": '"com.example.file"',
    "detail_id": '"5"',
    "base_url": '"http://127.0.0.1:8400"',
    "force_base_url": "true",
    "key_id": '"KEYOFTHEFI"',
    "issuer_id": '"57246542"',
    "key_path": '"keys/a.p8"',
    "api_key_json": '"key.json"',
    "journal": '"of-the-file.sqlite3"',
    "requests_per_hour": "1800",
    "requests_per_minute": "60",
    "read_only": "true",
}
"""A value of each option, as a file writes it."""
SETTINGS = Path(__file__).parent.parent / "docs" / "settings.md"
NEAR = [name for name, option in OPTIONS.items() if option.anywhere]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a state folder."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def near(tmp_path: Path) -> Path:
    """Give the folder of a workbook."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def write(folder: Path, text: str) -> Path:
    """Write a file of settings that its owner alone can write."""
    path = folder / FILE
    path.write_text(text)
    path.chmod(0o600)
    return path


def found(home: Path, given: Json = None, **how: Json) -> dict[str, Json]:
    """The values that count."""
    environ = {"GCBULK_HOME": str(home), **how.pop("environ", {})}
    return {name: one.value for name, one in configured(given or {}, environ=environ, **how).items()}


def test_every_option_has_a_value_here() -> None:
    """A new option is tried in all that follows."""
    assert VALUES.keys() == OPTIONS.keys()


def test_every_option_is_documented() -> None:
    """The page of settings has each, with its variable, and says of each whether it may stand beside a workbook."""
    page = SETTINGS.read_text(encoding="utf-8")
    for name, option in OPTIONS.items():
        (line,) = [line for line in page.splitlines() if line.startswith("| `") and f"`{name}`" in line.split("|")[1]]
        assert (option.variable or "") in line
        assert line.endswith(f"| {'yes' if option.anywhere else 'no'} |")


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("where", ["outside", "profile"])
def test_the_own_file_may_say_everything(home: Path, name: str, where: str) -> None:
    """Each option counts, outside of profiles and in the one that is asked for; paths are beside the file."""
    head = "[profile.live]\n" if where == "profile" else ""
    write(home, f"{head}{name} = {VALUES[name]}\n[profile.other]\nbundle_id = 'com.example.other'\n")
    told = found(home, profile="live") if where == "profile" else found(home)
    value = told[name]
    assert told.keys() == {name}
    if isinstance(value, Path):
        assert value == home / VALUES[name].strip('"')
    else:
        assert str(value).lower() == VALUES[name].strip('"').lower()


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("head", ["", "[profile.live]\n"], ids=["outside", "profile"])
def test_a_file_beside_a_workbook_says_no_address_key_or_journal(home: Path, near: Path, name: str, head: str) -> None:
    """The app and the pace alone; the rest is refused with where it belongs, in any profile of it."""
    path = write(near, f"{head}{name} = {VALUES[name]}\n")
    if name in NEAR:
        assert found(home, beside=near, profile="live" if head else None).keys() == {name}
        return
    with pytest.raises(SettingsError, match="may not stand beside a workbook") as error:
        found(home, beside=near)
    assert str(error.value).startswith(str(path))
    assert name in str(error.value)
    assert f"Write it into {home / FILE}, or give --{name.replace('_', '-')}" in str(error.value)


LAYERS = ("argument", "environment", "near profile", "own profile", "near", "own")


@given(st.sets(st.sampled_from(LAYERS)), st.sets(st.sampled_from(LAYERS)))
def test_the_first_that_says_something_counts(
    tmp_path_factory: pytest.TempPathFactory, naming: set[str], pacing: set[str]
) -> None:
    """Whichever say it: arguments, the environment, profiles before the rest, the nearer file before the own one."""
    home, near = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("work")
    for folder, place in ((home, "own"), (near, "near")):
        lines = []
        for layer in (place, f"{place} profile"):
            lines += ["[profile.live]"] if layer != place else []
            lines += [f'bundle_id = "com.example.{LAYERS.index(layer)}"'] if layer in naming else []
            lines += [f"requests_per_hour = {LAYERS.index(layer) + 1}"] if layer in pacing else []
        write(folder, "\n".join(lines))
    arguments: Json = {"bundle_id": "com.example.0"} if "argument" in naming else {"bundle_id": None}
    arguments |= {"requests_per_hour": 1} if "argument" in pacing else {}
    environ = {"GCBULK_BUNDLE_ID": "com.example.1"} if "environment" in naming else {}
    told = found(home, arguments, beside=near, profile="live", environ=environ)
    first = next((number for number, layer in enumerate(LAYERS) if layer in naming), None)
    assert told.get("bundle_id") == (None if first is None else f"com.example.{first}")
    paced = next((number + 1 for number, layer in enumerate(LAYERS) if layer in pacing - {"environment"}), None)
    assert told.get("requests_per_hour") == paced


def test_what_belongs_together_is_from_one_place(home: Path, near: Path) -> None:
    """No key of two halves, no app by two names, no leave to send elsewhere that was given for another address."""
    text = "".join(f"{name} = {VALUES[name]}\n" for name in OPTIONS if name != "read_only")
    write(home, text)
    write(near, 'detail_id = "7"\n')
    told = found(home, {"base_url": "https://elsewhere.invalid", "key_id": "A"}, beside=near)
    assert told["detail_id"] == "7"
    assert {"bundle_id", "force_base_url", "issuer_id", "key_path", "api_key_json"} & told.keys() == set()
    assert found(home, environ={"ASC_PRIVATE_KEY": "secret"})["key_id"] is None
    assert "key_path" not in found(home, environ={"ASC_PRIVATE_KEY": "secret"})


def test_nothing_lets_what_only_reads_write(home: Path, near: Path) -> None:
    """Once somebody says that only reading is allowed, nobody takes that back."""
    write(home, "read_only = true\n")
    write(near, "read_only = false\n")
    assert found(home, {"read_only": False}, beside=near, environ={"GCBULK_READ_ONLY": "no"})["read_only"] is True
    write(home, "read_only = false\n")
    assert not found(home, beside=near).get("read_only")
    assert found(home, beside=near, environ={"GCBULK_READ_ONLY": "1"})["read_only"] is True


BROKEN = {
    "not TOML": ("bundle_id = com", "is not TOML"),
    "no text": ("\udcff", "is not TOML"),
    "a misspelt option": ('bundel_id = "x"', "Is bundle_id meant"),
    "an unknown option": ('colour = "red"', "no option 'colour'"),
    "one in a profile": ('[profile.live]\nbundel_id = "x"', "profile live: there is no option"),
    "a number for an id": ("bundle_id = 5", "bundle_id"),
    "an empty id": ('bundle_id = ""', "bundle_id"),
    "a word for a number": ('requests_per_hour = "many"', "requests_per_hour"),
    "a word for a yes": ('read_only = "yes"', "read_only"),
    "a profile that is none": ('profile = "live"', "table of its own"),
    "profiles that are none": ("[profile]\nlive = 1", "table of its own"),
    "nested deep": ("a = " + "[" * 5_000, "is not TOML"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_file_that_is_wrong_is_refused_by_name(home: Path, near: Path, how: str) -> None:
    """Whichever of the two it is, with its path and what is wrong in it."""
    text, said = BROKEN[how]
    for folder in (near, home):
        path = folder / FILE
        path.write_bytes(text.encode(errors="surrogateescape"))
        path.chmod(0o600)
        with pytest.raises(SettingsError, match=said) as error:
            found(home, beside=near)
        assert str(path) in str(error.value)
        path.unlink()


def test_what_is_no_file_is_refused(home: Path, near: Path) -> None:
    """A folder, a file too large to be one of settings, and a pipe, which would never begin."""
    (home / FILE).mkdir()
    with pytest.raises(SettingsError, match="is not a file of settings"):
        found(home)
    (near / FILE).write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(SettingsError, match="is not a file of settings"):
        found(near, beside=near)
    if hasattr(os, "mkfifo"):
        (near / FILE).unlink()
        os.mkfifo(near / FILE)
        with pytest.raises(SettingsError, match="is not a file of settings"):
            found(near, beside=near)


@pytest.mark.skipif(os.name != "posix", reason="rights are kept otherwise")
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_an_own_file_that_others_can_write_is_refused(home: Path, mode: int) -> None:
    """It says where tokens of the key go."""
    path = write(home, 'bundle_id = "com.example.game"\n')
    path.chmod(mode)
    with pytest.raises(SettingsError, match="chmod go-w"):
        found(home)


def test_a_profile_that_is_not_there_is_named_with_those_that_are(home: Path, near: Path) -> None:
    """By the option or by the variable; and the files that it was looked for in."""
    write(home, "[profile.live]\n[profile.rehearsal]\n")
    for how in ({"profile": "lve"}, {"environ": {"GCBULK_PROFILE": "lve"}}):
        with pytest.raises(SettingsError, match="There is live, rehearsal") as error:
            found(home, beside=near, **how)
        assert all(str(folder / FILE) in str(error.value) for folder in (home, near))
    assert found(home, profile="live") == {}


def test_the_file_of_the_state_folder_is_the_own_one_even_beside_a_workbook(home: Path) -> None:
    """Where the workbook lies in the state folder there is one file, and it may say everything."""
    write(home, 'key_id = "A"\n')
    assert files(home, {"GCBULK_HOME": str(home)}) == [home / FILE]
    assert found(home, beside=home) == {"key_id": "A"}
