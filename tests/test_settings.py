"""Where the key is found, what is refused, and that nothing of it shows."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from gcbulk.environment import state_dir
from gcbulk.errors import SettingsError
from gcbulk.records import Json
from gcbulk.settings import APPLE, Credentials, Settings, check_base_url, find_credentials, normal_scope


def pem_of(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    """Give a key as text."""
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(4)]
PEMS = [pem_of(key) for key in KEYS]
PEM = PEMS[0]


def number(credentials: Credentials) -> int:
    """Tell which of the keys it is."""
    return [key.private_numbers() for key in KEYS].index(credentials.private_key.private_numbers())


def private_file(path: Path, content: str, mode: int = 0o600) -> Path:
    """Write a file that its owner alone can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(mode)
    return path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty home that is the working folder's neighbour."""
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)
    return home


def test_arguments_win_over_everything(tmp_path: Path) -> None:
    """What the command line names is taken, whatever the environment says."""
    path = private_file(tmp_path / "a.p8", PEM)
    environ = {
        "ASC_KEY_ID": "ENV",
        "ASC_ISSUER_ID": "env",
        "ASC_PRIVATE_KEY": PEMS[1],
        "ASC_PRIVATE_KEY_PATH": str(tmp_path / "none.p8"),
        "APP_STORE_CONNECT_API_KEY_PATH": str(tmp_path / "none.json"),
    }
    found = find_credentials(key_id="ARG", issuer_id="arg", key_path=path, environ=environ)
    assert (found.key_id, found.issuer_id, number(found)) == ("ARG", "arg", 0)


def test_json_argument_wins_over_everything(tmp_path: Path) -> None:
    """Fastlane's file, when it is named on the command line, holds everything."""
    path = private_file(tmp_path / "k.json", json.dumps({"key_id": "J", "issuer_id": "i", "key": PEM}))
    found = find_credentials(api_key_json=path, environ={"ASC_KEY_ID": "ENV", "ASC_PRIVATE_KEY": PEMS[1]})
    assert (found.key_id, found.issuer_id, number(found)) == ("J", "i", 0)


def encoded(text: str) -> str:
    """Give a text in base64, in lines as the base64 command writes it."""
    return base64.encodebytes(text.encode()).decode()


FASTLANE = "APP_STORE_CONNECT_API_KEY_"
SOURCES: list[tuple[str, Mapping[str, str], int]] = [
    ("path", {"ASC_PRIVATE_KEY_PATH": "{0}"}, 0),
    ("text", {"ASC_PRIVATE_KEY": PEM}, 0),
    ("text with escaped line ends", {"ASC_PRIVATE_KEY": PEM.replace("\n", "\\n")}, 0),
    ("text without its last line end", {"ASC_PRIVATE_KEY": PEM.strip()}, 0),
    ("base64", {"ASC_PRIVATE_KEY_B64": encoded(PEM)}, 0),
    ("fastlane's path", {f"{FASTLANE}KEY_FILEPATH": "{0}"}, 0),
    ("fastlane's text", {f"{FASTLANE}KEY": PEM}, 0),
    ("fastlane's escaped text", {f"{FASTLANE}KEY": PEM.replace("\n", "\\n")}, 0),
    ("fastlane's base64", {f"{FASTLANE}KEY": encoded(PEM), f"{FASTLANE}IS_KEY_CONTENT_BASE64": "true"}, 0),
    ("fastlane's base64, 1", {f"{FASTLANE}KEY": encoded(PEM), f"{FASTLANE}IS_KEY_CONTENT_BASE64": "1"}, 0),
    ("fastlane's text, not base64", {f"{FASTLANE}KEY": PEM, f"{FASTLANE}IS_KEY_CONTENT_BASE64": "false"}, 0),
    ("path before text", {"ASC_PRIVATE_KEY_PATH": "{1}", "ASC_PRIVATE_KEY": PEMS[0]}, 1),
    ("path before fastlane's path", {"ASC_PRIVATE_KEY_PATH": "{1}", f"{FASTLANE}KEY_FILEPATH": "{2}"}, 1),
    ("text before base64", {"ASC_PRIVATE_KEY": PEMS[1], "ASC_PRIVATE_KEY_B64": encoded(PEM)}, 1),
    ("base64 before fastlane's text", {"ASC_PRIVATE_KEY_B64": encoded(PEMS[1]), f"{FASTLANE}KEY": PEM}, 1),
]


@pytest.mark.parametrize(
    ("issuer_id", "form"),
    [
        (None, "no issuer id"),
        ("57246542-96fe-1a63-e053-0824d011072a", "an issuer id of the usual form"),
        ("57246542", "not of the usual form"),
    ],
)
def test_a_key_is_described_by_its_id_and_the_form_of_its_issuer(issuer_id: str | None, form: str) -> None:
    """What there is to compare is said; the issuer's id itself and the key are not."""
    described = Credentials("2X9R4HXF34", issuer_id, KEYS[0]).described
    assert "2X9R4HXF34" in described
    assert form in described


VARIABLES = (
    "ASC_KEY_ID",
    "ASC_ISSUER_ID",
    "ASC_PRIVATE_KEY_PATH",
    "ASC_PRIVATE_KEY",
    "ASC_PRIVATE_KEY_B64",
    f"{FASTLANE}PATH",
    f"{FASTLANE}KEY_ID",
    f"{FASTLANE}ISSUER_ID",
    f"{FASTLANE}KEY_FILEPATH",
    f"{FASTLANE}KEY",
    f"{FASTLANE}IS_KEY_CONTENT_BASE64",
    "API_PRIVATE_KEYS_DIR",
    "GCBULK_HOME",
)
"""Every variable that gcbulk reads."""


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_that_is_set_and_empty_is_named(tmp_path: Path, name: str, empty: str) -> None:
    """A secret that a CI system lacks is an empty variable: it is an error that names it, never "not given"."""
    ours = {"ASC_KEY_ID": "K", "ASC_ISSUER_ID": "i"}
    theirs = {f"{FASTLANE}KEY_ID": "K", f"{FASTLANE}ISSUER_ID": "i", f"{FASTLANE}KEY": PEM}
    environ = (theirs if name.startswith(FASTLANE) else ours) | {name: empty}
    with pytest.raises(SettingsError, match=f"{name} is set and empty"):
        state_dir(environ) if name == "GCBULK_HOME" else find_credentials(environ=environ)


def test_a_variable_that_an_option_stands_in_for_is_not_looked_at(tmp_path: Path) -> None:
    """Options win, over empty variables too."""
    key_path = private_file(tmp_path / "a.p8", PEM)
    environ = dict.fromkeys(VARIABLES, "")
    assert find_credentials(key_id="K", issuer_id="i", key_path=key_path, environ=environ).key_id == "K"


@pytest.mark.parametrize(("given", "which"), [case[1:] for case in SOURCES], ids=[case[0] for case in SOURCES])
def test_sources_of_the_key_and_their_order(tmp_path: Path, given: Mapping[str, str], which: int) -> None:
    """Every name that users have in their environment is read, in one order."""
    files = [str(private_file(tmp_path / f"{place}.p8", pem)) for place, pem in enumerate(PEMS)]
    filled = {name: files[int(value[1])] if value.startswith("{") else value for name, value in given.items()}
    found = find_credentials(environ={"ASC_KEY_ID": "K", "ASC_ISSUER_ID": "i", **filled})
    assert (found.key_id, found.issuer_id, number(found)) == ("K", "i", which)


@pytest.mark.parametrize(
    ("given", "key_id", "issuer_id"),
    [
        ({"ASC_KEY_ID": "A", f"{FASTLANE}KEY_ID": "F", f"{FASTLANE}ISSUER_ID": "f"}, "A", "f"),
        ({f"{FASTLANE}KEY_ID": "F", f"{FASTLANE}ISSUER_ID": "f"}, "F", "f"),
        ({f"{FASTLANE}KEY_ID": "F"}, "F", None),
    ],
    ids=["ours before fastlane's", "fastlane's", "an individual key"],
)
def test_names_of_the_key(given: Mapping[str, str], key_id: str, issuer_id: str | None) -> None:
    """Key and issuer are found under both sets of names; without an issuer the key is an individual's."""
    found = find_credentials(environ={"ASC_PRIVATE_KEY": PEM, **given})
    assert (found.key_id, found.issuer_id) == (key_id, issuer_id)


PLACES = ["work/private_keys", "home/private_keys", "home/.private_keys", "home/.appstoreconnect/private_keys"]


@pytest.mark.parametrize("place", [*PLACES, "elsewhere"])
def test_the_key_is_found_where_apples_tools_look(tmp_path: Path, place: str) -> None:
    """AuthKey_<id>.p8 is found in each of the usual folders."""
    private_file(tmp_path / place / "AuthKey_K1.p8", PEM)
    environ = {"API_PRIVATE_KEYS_DIR": str(tmp_path / "elsewhere")} if place == "elsewhere" else {}
    assert number(find_credentials(key_id="K1", environ=environ)) == 0


def test_the_folder_that_is_named_comes_first(tmp_path: Path) -> None:
    """$API_PRIVATE_KEYS_DIR wins over the usual folders, and these over those after them."""
    for place, pem in zip(["named", *PLACES], [PEMS[1], PEMS[2], *PEMS[:3]], strict=True):
        private_file(tmp_path / place / "AuthKey_K1.p8", pem)
    named = {"API_PRIVATE_KEYS_DIR": str(tmp_path / "named")}
    assert number(find_credentials(key_id="K1", environ=named)) == 1
    assert number(find_credentials(key_id="K1", environ={})) == 2


def test_a_key_that_is_nowhere(home: Path) -> None:
    """A key that is not found is asked for by name, with the folders that were searched."""
    with pytest.raises(SettingsError, match=r"AuthKey_K1\.p8 was not found in .*--key-path") as caught:
        find_credentials(key_id="K1", environ={})
    assert str(home / ".appstoreconnect" / "private_keys") in str(caught.value)


def test_no_key_at_all() -> None:
    """Without any key the message names the options, the environment, and where keys are made."""
    with pytest.raises(SettingsError, match=r"--key-id.*ASC_KEY_ID.*Users and Access"):
        find_credentials(environ={})


JSONS: list[tuple[str, Json, str | None]] = [
    ("team", {"key_id": "J", "issuer_id": "i", "key": PEM, "duration": 1200, "in_house": False}, "i"),
    ("individual", {"key_id": "J", "key": PEM}, None),
    ("empty issuer", {"key_id": "J", "issuer_id": "", "key": PEM}, None),
    ("null issuer", {"key_id": "J", "issuer_id": None, "key": PEM}, None),
    ("base64", {"key_id": "J", "issuer_id": "i", "key": encoded(PEM), "is_key_content_base64": True}, "i"),
]


@pytest.mark.parametrize(("content", "issuer_id"), [case[1:] for case in JSONS], ids=[case[0] for case in JSONS])
def test_fastlanes_file(tmp_path: Path, content: Json, issuer_id: str | None) -> None:
    """Fastlane's JSON file is read in each of its forms, named by the environment too."""
    path = private_file(tmp_path / "key.json", json.dumps(content))
    found = find_credentials(environ={"APP_STORE_CONNECT_API_KEY_PATH": str(path)})
    assert (found.key_id, found.issuer_id, number(found)) == ("J", issuer_id, 0)


@pytest.mark.parametrize("name", ["argument", "ASC_KEY_ID"])
def test_a_key_that_is_named_wins_over_fastlanes_file_of_the_environment(tmp_path: Path, name: str) -> None:
    """A key id given by hand is not overruled by a file that lies in the environment."""
    path = private_file(tmp_path / "key.json", json.dumps({"key_id": "J", "key": PEMS[1]}))
    environ = {"APP_STORE_CONNECT_API_KEY_PATH": str(path), "ASC_PRIVATE_KEY": PEM}
    if name == "argument":
        found = find_credentials(key_id="K", environ=environ)
    else:
        found = find_credentials(environ={**environ, "ASC_KEY_ID": "K"})
    assert (found.key_id, number(found)) == ("K", 0)


BAD_JSONS = [
    "",
    "{",
    "[]",
    "7",
    '"key_id"',
    "null",
    "{}",
    json.dumps({"key_id": "J"}),
    json.dumps({"key": PEM}),
    json.dumps({"key_id": None, "key": PEM}),
    json.dumps({"key_id": "", "key": PEM}),
    json.dumps({"key_id": 7, "key": PEM}),
    json.dumps({"key_id": "J", "key": None}),
    json.dumps({"key_id": "J", "key": [PEM]}),
    json.dumps({"key_id": "J", "issuer_id": 7, "key": PEM}),
    "[" * 100_000,
]


@pytest.mark.parametrize("content", BAD_JSONS, ids=range(len(BAD_JSONS)))
def test_a_file_that_is_not_fastlanes(tmp_path: Path, content: str) -> None:
    """Another file than fastlane's is refused with what is needed."""
    path = private_file(tmp_path / "key.json", content)
    with pytest.raises(SettingsError, match="JSON with key_id, issuer_id and key is needed"):
        find_credentials(api_key_json=path, environ={})


SECRET = pem_of(KEYS[0], encryption=BestAvailableEncryption(b"password"))
BAD_KEYS = [
    pytest.param("", id="empty"),
    pytest.param("no key", id="text"),
    pytest.param(PEM[:100], id="cut off"),
    pytest.param(PEM.replace("PRIVATE", "PUBLIC"), id="public"),
    pytest.param(SECRET, id="with a password"),
    pytest.param(pem_of(ec.generate_private_key(ec.SECP384R1())), id="another curve"),
    pytest.param(pem_of(ec.generate_private_key(ec.SECP256K1())), id="another curve of 256 bits"),
    pytest.param(pem_of(rsa.generate_private_key(65537, 2048)), id="RSA"),
    pytest.param(PEM.replace("A", "B"), id="damaged"),
]


@pytest.mark.parametrize("pem", BAD_KEYS)
def test_a_key_that_is_none(tmp_path: Path, pem: str) -> None:
    """What is no P-256 key without a password is refused, in one sentence and without a line of it."""
    path = private_file(tmp_path / "k.p8", pem)
    with pytest.raises(SettingsError, match="is not an App Store Connect key") as caught:
        find_credentials(key_id="K", key_path=path, environ={})
    assert_tells_nothing(caught.value, pem)


@pytest.mark.parametrize("name", ["ASC_PRIVATE_KEY_B64", f"{FASTLANE}KEY"])
@pytest.mark.parametrize("text", ["A", "not base64 at all é", PEM[30:90] + "="], ids=["short", "letters", "half a key"])
def test_base64_that_is_none(name: str, text: str) -> None:
    """What is no base64 is refused by the name of where it stands."""
    environ = {"ASC_KEY_ID": "K", name: text, f"{FASTLANE}IS_KEY_CONTENT_BASE64": "yes"}
    with pytest.raises(SettingsError, match=r"is not base64|is not an App Store Connect key") as caught:
        find_credentials(environ=environ)
    assert_tells_nothing(caught.value, text)


def assert_tells_nothing(error: BaseException, secret: str) -> None:
    """Fail when a line of the secret is in what is told of an error, its causes included."""
    told = "".join(traceback.format_exception(error)) + repr(error)
    lines = [line for line in secret.splitlines() if len(line) >= 20 and "-----" not in line]
    assert not [line for line in lines if line in told]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o610, 0o601, 0o777])
@pytest.mark.parametrize("form", ["p8", "json"])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int, form: str) -> None:
    """T2: a key file with any right for others is refused, with the command that fixes it."""
    content = PEM if form == "p8" else json.dumps({"key_id": "J", "key": PEM})
    path = private_file(tmp_path / f"my key.{form}", content, mode)
    key_path, api_key_json = (path, None) if form == "p8" else (None, path)
    with pytest.raises(SettingsError, match=r"chmod 600 '.*my key\.") as caught:
        find_credentials(key_id="K", key_path=key_path, api_key_json=api_key_json, environ={})
    assert_tells_nothing(caught.value, PEM)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_key_that_nobody_else_can_read_is_taken(tmp_path: Path, mode: int) -> None:
    """T2: a key file of its owner alone is taken."""
    path = private_file(tmp_path / "k.p8", PEM, mode)
    assert find_credentials(key_id="K", key_path=path, environ={}).key_id == "K"


@pytest.mark.parametrize("name", ["none.p8", "folder", "~nobody-of-this-name/k.p8"])
def test_a_key_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    """A path that leads to no file is named with the reason."""
    (tmp_path / "folder").mkdir()
    path = name if name.startswith("~") else str(tmp_path / name)
    with pytest.raises(SettingsError, match="cannot be read"):
        find_credentials(environ={"ASC_KEY_ID": "K", "ASC_PRIVATE_KEY_PATH": path})


def test_home_is_understood(home: Path) -> None:
    """A ~ in the environment's path means the home folder, as nobody else expands it there."""
    private_file(home / "k.p8", PEM)
    assert find_credentials(environ={"ASC_KEY_ID": "K", "ASC_PRIVATE_KEY_PATH": "~/k.p8"}).key_id == "K"


def test_nothing_of_the_key_shows() -> None:
    """T1: no repr of credentials or settings holds the key or its object."""
    credentials = find_credentials(environ={"ASC_KEY_ID": "K", "ASC_PRIVATE_KEY": PEM})
    settings = Settings(credentials=credentials, bundle_id="com.example.game")
    for shown in (repr(credentials), str(credentials), repr(settings), str(settings), f"{settings!r}"):
        assert "private_key" not in shown
        assert "EllipticCurve" not in shown


GOOD_URLS = [
    (APPLE, APPLE),
    (APPLE + "/", APPLE),
    ("HTTPS://API.AppStoreConnect.Apple.com", APPLE),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("http://localhost:8080/", "http://localhost:8080"),
    ("http://[::1]:8080", "http://[::1]:8080"),
    ("https://localhost", "https://localhost"),
]


@pytest.mark.parametrize(("url", "plain"), GOOD_URLS)
def test_base_urls_that_are_taken(url: str, plain: str) -> None:
    """T5: Apple's service and this machine are taken without a word."""
    assert check_base_url(url) == plain


STRANGERS = [
    "http://api.appstoreconnect.apple.com",
    "https://api.appstoreconnect.apple.com.evil.example",
    "https://api.appstoreconnect.apple.com:444",
    "https://evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "http://127.1",
    "http://0.0.0.0:80",
    "http://[::2]:80",
    "http://10.0.0.1",
    "http://2130706433",
]
NO_URLS = [
    "",
    "localhost:8080",
    "//localhost",
    "ftp://localhost",
    "file:///etc/passwd",
    "http://",
    "http:///v1",
    "http://localhost@evil.example",
    "http://user:word@localhost",
    "http://localhost:80@evil.example",
    "http://localhost\\@evil.example",
    "http://localhost#@evil.example",
    "http://localhost?@evil.example",
    "http://localhost/api",
    "http://localhost?x=y",
    "http://localhost#x",
    "http://localhost:soon",
    "http://localhost:99999",
    "http://localhost:-1",
    "http://localhost :80",
    "http://local\thost",
    "http://localhost\n",
    " http://localhost",
    "http://[::1",
    "http://[::1]evil.example",
    "http://ｌocalhost",
    "http://localhost。evil.example",
    "http://localhost%2eevil.example",
    "http://l\u0000calhost",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("url", STRANGERS + NO_URLS, ids=ascii)
def test_base_urls_that_are_refused(url: str) -> None:
    """T5: any other address is refused, however it is written, before a token could go there."""
    with pytest.raises(SettingsError, match="base URL"):
        check_base_url(url)


@pytest.mark.parametrize("url", NO_URLS, ids=ascii)
def test_force_does_not_make_an_address_of_what_is_none(url: str) -> None:
    """T5: force is for strangers, not for odd spellings."""
    with pytest.raises(SettingsError, match="is not a plain"):
        check_base_url(url, force=True)


@pytest.mark.parametrize("url", STRANGERS, ids=ascii)
def test_force_lets_strangers_in_by_https_alone(url: str) -> None:
    """T5: a stranger is let in when that is said aloud, and never over plain HTTP."""
    if url.startswith("https://"):
        assert check_base_url(url, force=True) == url
    else:
        with pytest.raises(SettingsError, match="https only"):
            check_base_url(url, force=True)


@pytest.mark.parametrize(("url", "plain"), GOOD_URLS)
def test_httpx_reads_the_same_host(url: str, plain: str) -> None:
    """T5: who checks the address and who goes there read the same host in it."""
    assert str(httpx.URL(check_base_url(url)).copy_with(path="/")).rstrip("/") == plain


CREDENTIALS = Credentials("K", None, KEYS[0])


def test_an_app_has_to_be_named() -> None:
    """Settings without a bundle id and without a detail id are refused."""
    with pytest.raises(SettingsError, match="--bundle-id"):
        Settings(credentials=CREDENTIALS)


@pytest.mark.parametrize("limit", [0, -1])
def test_limits_have_to_let_something_through(limit: int) -> None:
    """A limit of nothing would wait for ever."""
    with pytest.raises(SettingsError, match="1 or more"):
        Settings(credentials=CREDENTIALS, bundle_id="com.example.game", requests_per_hour=limit)
    with pytest.raises(SettingsError, match="1 or more"):
        Settings(credentials=CREDENTIALS, bundle_id="com.example.game", requests_per_minute=limit)


@pytest.mark.parametrize(
    ("options", "scope"),
    [
        ({"bundle_id": "com.example.game"}, f"{APPLE} com.example.game"),
        ({"detail_id": "d1"}, f"{APPLE} d1"),
        ({"bundle_id": "com.example.game", "detail_id": "d1"}, f"{APPLE} com.example.game"),
        ({"bundle_id": "a", "base_url": "http://localhost:1"}, "http://127.0.0.1:1 a"),
    ],
)
def test_scope(options: dict[str, str], scope: str) -> None:
    """What journal and lock keep apart: the app, and the service it is at."""
    assert Settings(credentials=CREDENTIALS, **options).scope == scope  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("addresses", "normal"),
    [
        (
            ["http://localhost:8431", "http://127.0.0.1:8431/", "HTTP://LocalHost:8431", "http://[::1]:8431"],
            "http://127.0.0.1:8431",
        ),
        (["http://localhost", "http://127.0.0.1:80", "http://127.0.0.2"], "http://127.0.0.1"),
        ([APPLE, f"{APPLE}:443", f"{APPLE}/", APPLE.upper(), f"{APPLE}."], APPLE),
        (["https://[2001:DB8::0:1]:443", "https://[2001:db8::1]"], "https://[2001:db8::1]"),
        (["http://localhost:8432"], "http://127.0.0.1:8432"),
        (["https://localhost:8431"], "https://127.0.0.1:8431"),
        (["nothing like it"], "nothing like it"),
    ],
)
def test_one_spelling_for_all_spellings_of_an_address(addresses: list[str], normal: str) -> None:
    """However an address is spelt, journal and lock know the service by one name; what follows it stays."""
    assert {normal_scope(address) for address in addresses} == {normal}
    assert {normal_scope(f"{address} a b") for address in addresses} == {f"{normal} a b"}


def test_state_folder(home: Path) -> None:
    """State lives in the home folder, or where $GCBULK_HOME says."""
    assert state_dir({}) == home / ".gcbulk"
    assert state_dir({"GCBULK_HOME": "/elsewhere"}) == Path("/elsewhere")
    assert Settings(credentials=CREDENTIALS, bundle_id="a").journal.name == "journal.sqlite3"
