"""The settings of a run: where, as whom, how.

Arguments win over the environment. The private key is held as a key object only: it is never kept, shown or logged as
text, and on the way there no frame shows it to a tool that reports errors with local variables.

Source: https://developer.apple.com/documentation/appstoreconnectapi/creating-api-keys-for-app-store-connect-api
The environment variables have the names that App Store Connect tools and fastlane already use.
"""

from __future__ import annotations

import binascii
import codecs
import ipaddress
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from gcbulk.environment import is_set, is_yes, journal_path, state_dir
from gcbulk.errors import SettingsError
from gcbulk.hidden import PROCESS as PROCESS
from gcbulk.hidden import Environment as Environment
from gcbulk.hidden import HiddenBytes as HiddenBytes
from gcbulk.hidden import HiddenText as HiddenText
from gcbulk.options import SETTLE_WAIT_S, flag, identifier, made_by, number, path, whole

APPLE = "https://api.appstoreconnect.apple.com"
READ_ONLY = (
    "Nothing was sent: only reading is allowed (--read-only, GCBULK_READ_ONLY, or read_only in gcbulk.toml). "
    "gcbulk plan shows what would be sent."
)

# Strict, so that no reader of addresses can take it for another host: no user, path, query, fragment or odd letter.
_ORIGIN = re.compile(r"(?i)(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:]+\])(:(?P<port>[0-9]{1,5}))?/?")

_UUID = re.compile(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_KEY_BYTES = 1024 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Credentials:
    """An App Store Connect API key.

    Args:
        key_id: the key's id.
        issuer_id: the team's issuer id, None for an individual key.
        private_key: the P-256 key; hidden from every repr.
    """

    key_id: str
    issuer_id: str | None
    private_key: EllipticCurvePrivateKey = field(repr=False)

    @property
    def described(self) -> str:
        """Which key it is, for somebody who has to compare it with App Store Connect."""
        if self.issuer_id is None:
            issuer = "no issuer id, as for an individual key (a team's key needs its team's)"
        elif _UUID.fullmatch(self.issuer_id):
            issuer = "an issuer id of the usual form"
        else:
            issuer = "an issuer id that is not of the usual form, 57246542-96fe-1a63-e053-0824d011072a"
        return f"the key {self.key_id}, with {issuer}"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach the service, and how to behave.

    Args:
        bundle_id: the app's bundle id; may be None when `detail_id` is given.
        credentials: the API key.
        base_url: where the service is, without a trailing slash.
        detail_id: the id of the Game Center detail, which saves looking it up.
        journal: the journal's file.
        settle_wait_s: seconds after a request without an answer until a look-up is believed.
        requests_per_hour: the rolling hour's limit until an answer says otherwise; None for the published one.
        requests_per_minute: the minute's limit to start with; None for what users report as safe.
        read_only: whether nothing may be changed there.
    """

    credentials: Credentials
    bundle_id: str | None = None
    base_url: str = APPLE
    detail_id: str | None = None
    journal: Path = field(default_factory=lambda: state_dir() / "journal.sqlite3")
    settle_wait_s: float = SETTLE_WAIT_S
    requests_per_hour: int | None = None
    requests_per_minute: int | None = None
    read_only: bool = False

    def __post_init__(self) -> None:
        """Refuse settings that are out of range, or that cannot work together."""
        put = partial(object.__setattr__, self)
        made_by("settings.find_credentials", Credentials, self.credentials, "credentials")
        for name in ("bundle_id", "detail_id"):
            if getattr(self, name) is not None:
                identifier(getattr(self, name), name)
        if self.bundle_id is None and self.detail_id is None:
            raise SettingsError("No app is named: give --bundle-id (or --detail-id).")
        put("base_url", _plain_address(self.base_url))
        put("journal", journal_path(self.journal))
        put("settle_wait_s", number(self.settle_wait_s, "settle_wait_s"))
        for name in ("requests_per_hour", "requests_per_minute"):
            if getattr(self, name) is not None:
                put(name, whole(getattr(self, name), name))
        flag(self.read_only, "read_only")

    @property
    def scope(self) -> str:
        """What the journal and the lock keep apart: this app at this service."""
        return f"{normal_scope(self.base_url)} {self.bundle_id or self.detail_id}"


def check_base_url(base_url: str, *, force: bool = False) -> str:
    """The base URL without a trailing slash.

    Raises:
        SettingsError: it is neither Apple's service nor on this machine, and was not forced: a key must not be
            shown to a stranger.
    """
    plain = _plain_address(base_url)
    origin = _ORIGIN.fullmatch(plain)
    assert origin is not None, "a plain address is one"
    if plain == APPLE or origin["host"] in ("127.0.0.1", "[::1]", "localhost"):
        return plain
    if force and origin["scheme"] == "https":
        return plain
    raise SettingsError(
        f"The base URL {base_url!r} is neither Apple's service ({APPLE}) nor on this machine. Tokens of your key "
        "would go there. If that is meant, add --force-base-url (https only)."
    )


def normal_scope(scope: str) -> str:
    """A scope with its service's address in the one spelling that all spellings of it have in common.

    Args:
        scope: an address; what follows it after a space is kept as it is.
    """
    address, space, rest = scope.partition(" ")
    origin = _ORIGIN.fullmatch(address)
    if origin is None:
        return scope
    scheme, host = origin["scheme"].lower(), _normal_host(origin["host"].lower().strip("[]").rstrip("."))
    port = int(origin["port"] or _DEFAULT_PORTS[scheme])
    suffix = "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
    return f"{scheme}://{host}{suffix}{space}{rest}"


def _normal_host(host: str) -> str:
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return host
    if address.is_loopback:
        return "127.0.0.1"
    return f"[{address}]" if address.version == 6 else str(address)


def _plain_address(base_url: str) -> str:
    """The base URL in small letters and without a trailing slash, if it is nothing but scheme, host and port."""
    origin = _ORIGIN.fullmatch(base_url) if isinstance(base_url, str) else None
    if not origin or int(origin["port"] or 0) > 65535:
        raise SettingsError(
            f"The base URL {base_url!r} is not a plain http(s) address. Leave it out for Apple's, which is {APPLE}."
        )
    return base_url.rstrip("/").lower()


def find_credentials(
    *,
    key_id: str | None = None,
    issuer_id: str | None = None,
    key_path: Path | None = None,
    api_key_json: Path | None = None,
    environ: Mapping[str, str] = PROCESS,
) -> Credentials:
    """The API key that arguments and environment name; arguments win.

    Args:
        key_id: the key's id.
        issuer_id: the team's issuer id; none for an individual key.
        key_path: the ``.p8`` file.
        api_key_json: fastlane's JSON file, which holds everything.
        environ: ``ASC_*`` and fastlane's names.

    Raises:
        SettingsError: what is missing, or what is wrong with the key; nothing of the key is in the message.
    """
    environ = Environment(environ)
    if api_key_json is not None:
        return _from_json(path(api_key_json, "api_key_json"))
    if key_id is None and not is_set(environ, "ASC_KEY_ID"):
        json_path = _path(environ, "APP_STORE_CONNECT_API_KEY_PATH")
        if json_path is not None:
            return _from_json(json_path)
    key_id = _named(key_id, "key_id", environ, "ASC_KEY_ID", "APP_STORE_CONNECT_API_KEY_KEY_ID")
    issuer_id = _named(issuer_id, "issuer_id", environ, "ASC_ISSUER_ID", "APP_STORE_CONNECT_API_KEY_ISSUER_ID")
    if key_id is None:
        raise SettingsError(
            "No API key is named. Give --key-id, --issuer-id and --key-path, or --api-key-json, or set "
            "ASC_KEY_ID, ASC_ISSUER_ID and ASC_PRIVATE_KEY_PATH. Keys are made in App Store "
            "Connect under Users and Access, Integrations."
        )
    pem = _pem(key_id, key_path, environ)
    return Credentials(key_id, issuer_id, _load(pem, f"the private key of {key_id}"))


# From here on nothing but a HiddenBytes holds anything of the key, and what takes one apart is written in C: a
# function of Python would have a frame, and its variables are shown by whatever reports errors with local variables.


def _pem(key_id: str, key_path: Path | None, environ: Mapping[str, str]) -> HiddenBytes:
    named = path(key_path, "key_path") if key_path is not None else None
    named = named or _path(environ, "ASC_PRIVATE_KEY_PATH", "APP_STORE_CONNECT_API_KEY_KEY_FILEPATH")
    if named is not None:
        return _read_private(named)
    if is_set(environ, "ASC_PRIVATE_KEY"):
        return _unescaped(environ, "ASC_PRIVATE_KEY")
    if is_set(environ, "ASC_PRIVATE_KEY_B64"):
        return _decoded(HiddenText(environ["ASC_PRIVATE_KEY_B64"]), "ASC_PRIVATE_KEY_B64")
    if is_set(environ, name := "APP_STORE_CONNECT_API_KEY_KEY"):
        encoded = is_yes(environ, "APP_STORE_CONNECT_API_KEY_IS_KEY_CONTENT_BASE64")
        return _decoded(HiddenText(environ[name]), name) if encoded else _unescaped(environ, name)
    return _read_private(_searched(key_id, environ))


def _unescaped(environ: Mapping[str, str], name: str) -> HiddenBytes:
    return HiddenBytes(environ[name].replace("\\n", "\n").encode())


def _searched(key_id: str, environ: Mapping[str, str]) -> Path:
    folders = list(_key_folders(environ))
    for folder in folders:
        if (key_path := folder / f"AuthKey_{key_id}.p8").is_file():
            return key_path
    raise SettingsError(
        f"The private key AuthKey_{key_id}.p8 was not found in {', '.join(map(str, folders))}. Give its place "
        "with --key-path."
    )


def _key_folders(environ: Mapping[str, str]) -> Iterable[Path]:
    if is_set(environ, "API_PRIVATE_KEYS_DIR"):
        yield Path(environ["API_PRIVATE_KEYS_DIR"])
    yield Path("private_keys")
    for name in ("private_keys", ".private_keys", ".appstoreconnect/private_keys"):
        yield Path.home() / name


def _from_json(file: Path) -> Credentials:
    key_id, issuer_id, key, is_base64 = _fields(_read_private(file))
    if not (isinstance(key_id, str) and key_id and isinstance(key, str) and isinstance(issuer_id, str | None)):
        raise SettingsError(f"{file} is not an API key file: JSON with key_id, issuer_id and key is needed.")
    if issuer_id is not None:
        identifier(issuer_id, f"issuer_id in {file}")
    pem = _decoded(key, f"The key in {file}") if is_base64 else key.encode()
    return Credentials(identifier(key_id, f"key_id in {file}"), issuer_id, _load(pem, f"the private key in {file}"))


def _fields(content: HiddenBytes) -> tuple[object, object, HiddenText | None, bool]:
    """Key id, issuer id, key and whether that is base64, each as it stands in fastlane's file, or None."""
    try:
        fields = Environment(orjson.loads(content.removeprefix(codecs.BOM_UTF8)))
        key = HiddenText(fields["key"]) if isinstance(fields["key"], str) else None
        return fields["key_id"], fields.get("issuer_id") or None, key, bool(fields.get("is_key_content_base64"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, None, None, False


def _read_private(file: Path) -> HiddenBytes:
    try:
        _require_small_file(file)
        mode = file.stat().st_mode
        content = HiddenBytes(file.read_bytes())
    except OSError as error:
        raise SettingsError(f"The key file {file} cannot be read: {error.strerror}.") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise SettingsError(
            f"The key file {file} can be read by other people on this machine. Make it yours alone first: "
            f"chmod 600 '{file}'"
        )
    return content


def _require_small_file(path: Path) -> None:
    """Look before reading: a device never ends, and a pipe may never begin."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a device or a pipe"
        raise SettingsError(
            f"The key file {path} cannot be read: it is {kind}, not a file. Give the path of the .p8 file, or the key "
            "itself in ASC_PRIVATE_KEY."
        )
    if status.st_size > _MOST_KEY_BYTES:
        raise SettingsError(
            f"The key file {path} has {status.st_size:,} bytes; a key has a few hundred. Give the path of the .p8 file."
        )


def _load(pem: HiddenBytes, what: str) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise SettingsError(
            f"{what[0].upper()}{what[1:]} is not an App Store Connect key: a .p8 file (PKCS#8 PEM, P-256) without "
            "a password is needed."
        )
    return key


def _decoded(text: HiddenText, where: str) -> HiddenBytes:
    try:
        return HiddenBytes(binascii.a2b_base64(f"{text:secret}"))
    except ValueError:
        raise SettingsError(f"{where} is not base64.") from None


def _named(given: str | None, option: str, environ: Mapping[str, str], *names: str) -> str | None:
    """An id as the option gives it, or the first of the variables that is set."""
    if given is not None:
        return identifier(given, option)
    variable = next((name for name in names if is_set(environ, name)), None)
    return identifier(environ[variable], variable) if variable is not None else None


def _path(environ: Mapping[str, str], *names: str) -> Path | None:
    variable = next((name for name in names if is_set(environ, name)), None)
    return path(os.path.expanduser(environ[variable]), variable) if variable else None  # noqa: PTH111 - Path's raises for an unknown user
