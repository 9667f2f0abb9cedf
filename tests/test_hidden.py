"""T1: what reports errors with local variables finds neither the key nor a token in any frame."""

from __future__ import annotations

import base64
import copy
import dataclasses
import json
import logging
import os
import pickle
import pprint
import ssl
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, TracebackType

import orjson
import pytest

import gcbulk
from gcbulk.runs.shared.connection import make_settings
from gcbulk.service.clock import SystemClock
from gcbulk.service.signing import Signer
from gcbulk.service.transport import certificates
from gcbulk.settings import PROCESS, Environment, HiddenBytes, HiddenText, Settings, find_credentials
from gcbulk.simulator import Simulator


class BombError(Exception):
    """What no part of gcbulk expects."""


def bomb(*_: object, **__: object) -> None:
    """Fail as nothing is expected to, without a variable of its own."""
    del _, __
    raise BombError


def frames(error: BaseException | None) -> Iterator[str]:
    """Give every frame of an error and of those behind it, with its variables, but for this file's own."""
    while error is not None:
        yield from traceback.StackSummary.extract(_walk(error.__traceback__), capture_locals=True).format()
        yield from traceback.TracebackException.from_exception(error).format_exception_only()
        if error.__cause__ is not None:
            yield from frames(error.__cause__)
        error = error.__context__


def _walk(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    return ((frame, line) for frame, line in traceback.walk_tb(trace) if frame.f_code.co_filename != __file__)


@pytest.fixture
def canaries(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give what may not be seen: the key in each form, and every token that is signed from now on."""
    pem = simulator.key_path.read_text()
    lines = pem.splitlines()[1:-1]
    found = [*lines, base64.b64encode(pem.encode()).decode(), repr(base64.b64decode("".join(lines)))[2:60]]
    sign = Signer.token

    def spy(self: Signer) -> HiddenText:
        token = sign(self)
        found.extend(token.split("."))
        return token

    monkeypatch.setattr(Signer, "token", spy)
    return found


def fastlane(simulator: Simulator, folder: Path, *, encoded: bool) -> Path:
    """Write fastlane's file with the simulator's key."""
    pem = simulator.key_path.read_text()
    key = base64.b64encode(pem.encode()).decode() if encoded else pem
    path = folder / "key.json"
    path.touch(0o600)
    path.write_text(json.dumps({"key_id": "K", "issuer_id": "I", "key": key, "is_key_content_base64": encoded}))
    return path


def set_environment(simulator: Simulator, folder: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the key in one of the ways that there are, in this process's own environment."""
    pem = simulator.key_path.read_text()
    encoded = base64.b64encode(pem.encode()).decode()
    names = {
        "file": {"ASC_PRIVATE_KEY_PATH": str(simulator.key_path)},
        "text": {"ASC_PRIVATE_KEY": pem.replace("\n", "\\n")},
        "base64": {"ASC_PRIVATE_KEY_B64": encoded},
        "fastlane text": {"APP_STORE_CONNECT_API_KEY_KEY": pem},
        "fastlane base64": {
            "APP_STORE_CONNECT_API_KEY_KEY": encoded,
            "APP_STORE_CONNECT_API_KEY_IS_KEY_CONTENT_BASE64": "1",
        },
    }
    if how in names:
        monkeypatch.setenv("ASC_KEY_ID", simulator.key_id)
        monkeypatch.setenv("ASC_ISSUER_ID", str(simulator.issuer_id))
    else:
        path = fastlane(simulator, folder, encoded=how == "json base64")
        names[how] = {"APP_STORE_CONNECT_API_KEY_PATH": str(path)}
    for name, value in names[how].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ANOTHER_SECRET", pem)  # whatever else stands there


HOWS = ["file", "text", "base64", "fastlane text", "fastlane base64", "json text", "json base64"]
AT_THE_KEY = [
    "gcbulk.settings.load_pem_private_key",
    "gcbulk.settings.Credentials",
    "gcbulk.settings._load",
    "gcbulk.runs.shared.connection.check_base_url",
    "gcbulk.runs.shared.connection.Settings",
]


@pytest.mark.parametrize("place", AT_THE_KEY)
@pytest.mark.parametrize("how", HOWS)
def test_no_frame_shows_the_key(
    simulator: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    canaries: list[str],
    how: str,
    place: str,
) -> None:
    """Whatever fails while the key is found, and however it was named, no variable on the way shows it."""
    set_environment(simulator, tmp_path, how, monkeypatch)
    monkeypatch.setattr(place, bomb)
    with pytest.raises(BombError) as raised:
        make_settings(bundle_id="com.example.game", base_url=simulator.base_url)
    sung(raised.value, canaries)


@pytest.mark.parametrize("place", ["gcbulk.settings.binascii.a2b_base64", "gcbulk.settings.orjson.loads"])
def test_no_frame_shows_what_the_key_is_read_from(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, canaries: list[str], place: str
) -> None:
    """What is decoded on the way is hidden too."""
    set_environment(simulator, tmp_path, "json base64", monkeypatch)
    monkeypatch.setattr(place, bomb)
    with pytest.raises(BombError) as raised:
        find_credentials()
    sung(raised.value, canaries)


@pytest.mark.parametrize("how", ["text", "base64", "fastlane base64"])
def test_a_key_that_is_refused_is_in_no_frame(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, canaries: list[str], how: str
) -> None:
    """The refusal of a broken key shows nothing of it, nor do the errors behind it."""
    set_environment(simulator, tmp_path, how, monkeypatch)
    broken = simulator.key_path.read_text().replace("PRIVATE KEY", "PRIVAT KEY")
    monkeypatch.setenv("ASC_PRIVATE_KEY", broken)
    for name in ("ASC_PRIVATE_KEY_B64", "APP_STORE_CONNECT_API_KEY_KEY"):
        monkeypatch.setenv(name, base64.b64encode(broken.encode()).decode()[:-1])
    with pytest.raises(gcbulk.SettingsError) as raised:
        make_settings(bundle_id="com.example.game", base_url=simulator.base_url)
    canaries.append(base64.b64encode(broken.encode()).decode()[:60])
    sung(raised.value, canaries)


ON_THE_WAY = [
    "gcbulk.service.signing.tokens.claims",
    "gcbulk.service.signing.jwt.encode",
    "gcbulk.service.signing.HiddenText.__format__",
    "gcbulk.service.transport._Stream.write",
    "gcbulk.service.transport._Stream.read",
    "gcbulk.service.transport._reply",
    "gcbulk.service.transport._no_reply",
    "gcbulk.service.client.judge",
    "httpcore._sync.http11.h11.Connection.send",
    "httpcore._sync.http11.h11.Connection.next_event",
    "httpcore._sync.connection_pool.ConnectionPool.handle_request",
]


@pytest.mark.parametrize("place", ON_THE_WAY)
def test_no_frame_shows_a_token(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, canaries: list[str], place: str
) -> None:
    """Whatever fails while a request is signed, sent and answered, no frame shows its token: the libraries' neither."""
    if place.endswith("_no_reply"):
        monkeypatch.setattr("gcbulk.service.transport._Wire.left", bomb_late)
    monkeypatch.setattr(place, bomb, raising=not place.endswith("__format__"))
    settings = settings_of(simulator)
    with gcbulk.Service(settings) as service, pytest.raises(BombError) as raised:
        _ = service.target
    sung(raised.value, canaries)


def bomb_late(_: object, __: object, late: type[Exception]) -> float:
    """Be too late."""
    raise late("late")


def settings_of(simulator: Simulator) -> Settings:
    """Give the settings that reach a simulator."""
    return make_settings(
        bundle_id="com.example.game",
        base_url=simulator.base_url,
        key_id=simulator.key_id,
        issuer_id=simulator.issuer_id,
        key_path=simulator.key_path,
        journal=simulator.key_path.parent / "journal.sqlite3",
        environ={"GCBULK_HOME": str(simulator.key_path.parent)},
    )


def test_no_frame_shows_a_refused_token(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, canaries: list[str]
) -> None:
    """A token that is renewed may be good for minutes still."""
    signer = Signer(settings_of(simulator).credentials, SystemClock())
    token = signer.token()
    monkeypatch.setattr("gcbulk.service.signing.parsedate_to_datetime", bomb)
    with pytest.raises(BombError) as raised:
        signer.renew(token, "Sun, 04 May 2025 10:00:13 GMT")
    sung(raised.value, canaries)


def sung(error: BaseException, canaries: list[str]) -> None:
    """Look for the canaries in every frame of an error."""
    shown = "".join(frames(error))
    assert "gcbulk" in shown, "no frame of gcbulk was looked at"
    assert len(canaries) > 4
    assert [canary[:12] for canary in canaries if canary in shown] == []


@pytest.mark.parametrize("hide", [str, HiddenText], ids=["plain", "hidden"])
def test_the_canary_would_sing(hide: Callable[[str], str]) -> None:
    """The search finds what a frame holds as it is, and does not find what hides."""
    with pytest.raises(BombError) as raised:
        exec(compile("def frame(variable):\n    raise error\nframe(value)", "elsewhere.py", "exec"), {
            "value": hide("canary-1"), "error": BombError(), "__name__": "elsewhere",
        })  # fmt: skip
    assert ("canary-1" in "".join(frames(raised.value))) == (hide is str)


def test_what_hides_is_what_it_was() -> None:
    """It is compared as what it hides, and shown as the word in its place."""
    assert (HiddenText("a"), HiddenBytes(b"a")) == ("a", b"a")
    assert repr([HiddenText("a"), HiddenBytes(b"a")]) == "[<hidden>, <hidden>]"
    environment = Environment({"A": "1"})
    assert (dict(environment), len(environment), repr(environment)) == ({"A": "1"}, 1, "<environment>")


def test_the_environment_is_the_one_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set after gcbulk was imported counts."""
    monkeypatch.setenv("GCBULK_HOME", "/somewhere")
    assert PROCESS["GCBULK_HOME"] == os.environ["GCBULK_HOME"] == "/somewhere"


WRITERS: dict[str, Callable[[object], object]] = {
    "json": lambda value: json.dumps([value], default=str),
    "orjson": lambda value: orjson.dumps([value], default=str),
    "pickle": pickle.dumps,
    "old pickle": lambda value: pickle.dumps([value], protocol=0),
    "copy": lambda value: repr(copy.copy(value)),
    "deepcopy": lambda value: repr(copy.deepcopy([value])),
    "format": lambda value: f"{value} {value!s} {value!r} {value!a}",
    "print": lambda value: "".join(map(str, [value])),
    "asdict": lambda value: str(dataclasses.asdict(Holder(value))),
    "vars": lambda value: str(getattr(value, "__dict__", {})),
    "pprint": lambda value: pprint.pformat({"a": value}),
    "log": lambda value: logging.LogRecord("a", 1, "b", 1, "%s %r", (value, value), None).getMessage(),
    "join": lambda value: "".join([value]) if isinstance(value, str) else "",
}


@dataclasses.dataclass
class Holder:
    """A record with a secret in it."""

    secret: object


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(
    "hide", [HiddenText, lambda text: HiddenBytes(text.encode()), lambda text: Environment({"A": text})]
)
def test_nothing_writes_a_secret_down_by_itself(writer: str, hide: Callable[[str], object]) -> None:
    """T1: JSON, pickle, copies, formats and logs have the word in its place; only who asks for it gets it."""
    secret = "canary-42"
    written = WRITERS[writer](hide(secret))
    text = written.decode("latin-1") if isinstance(written, bytes) else str(written)
    assert secret not in text
    assert secret.encode().hex() not in text


def test_who_asks_for_a_secret_gets_it() -> None:
    """The text is compared as itself, and given for the form that says what it is."""
    text = HiddenText("a.b")
    assert f"{text:secret}" == "a.b"
    assert (text.split("."), text.encode(), len(text), bool(HiddenText())) == (["a", "b"], b"a.b", 3, False)
    assert text != HiddenText("a.c")
    assert hash(text) == hash("a.b")


@pytest.mark.parametrize("option", ["key_path", "api_key_json"])
@pytest.mark.parametrize("kind", ["device", "pipe", "folder", "huge"])
def test_a_key_file_is_looked_at_before_it_is_read(tmp_path: Path, option: str, kind: str) -> None:
    """What never ends, never begins, or is no key for its size is named for what it is, at once."""
    path = tmp_path / "key.p8"
    if kind == "device":
        path = Path("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path, 0o600)
    elif kind == "folder":
        path.mkdir(0o700)
    else:
        path.touch(0o600)
        os.truncate(path, 10**12)
    words = "has 1,000,000,000,000 bytes" if kind == "huge" else "not a file"
    with pytest.raises(gcbulk.SettingsError, match=words):
        find_credentials(key_id="K", environ={}, **{option: path})  # type: ignore[arg-type]


def test_what_tls_is_read_with_is_not_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSLKEYLOGFILE is not obeyed: whoever can set it could read every token from the wire."""
    path = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(path))
    certificates.cache_clear()
    context = certificates()
    certificates.cache_clear()
    assert not context.keylog_filename
    assert not path.exists()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert len(context.get_ca_certs()) > 50


def test_certificates_are_looked_at_as_strictly_as_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the file of secrets is other than in the context that Python itself makes."""
    monkeypatch.delenv("SSLKEYLOGFILE", raising=False)
    ours, standard = certificates(), ssl.create_default_context()
    names = ("verify_flags", "verify_mode", "check_hostname", "options", "minimum_version", "maximum_version")
    assert {name: getattr(ours, name) for name in names} == {name: getattr(standard, name) for name in names}
    assert [one["name"] for one in ours.get_ciphers()] == [one["name"] for one in standard.get_ciphers()]
