from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gcbulk.simulator import Simulator, Switches, running
from gcbulk.simulator.errors import SpoiledStateError
from gcbulk.simulator.exchange import Answer, Json, Request, exchange
from gcbulk.simulator.store import Store
from gcbulk.simulator.tokens import make_key

NOW = 1_800_000_000


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def claims(**changes: Json) -> Json:
    """Give the claims of a good token, some changed; a None leaves the claim out."""
    usual = {"iss": ISSUER, "iat": NOW - 30, "exp": NOW + 600, "aud": "appstoreconnect-v1"}
    return {key: value for key, value in (usual | changes).items() if value is not None}


ISSUER = "5117a7ed-0000-4000-8000-000000000001"
GOOD = {
    "as documented": claims(),
    "without iat": claims(iat=None),
    "aud a list": claims(aud=["appstoreconnect-v1"]),
    "individual key": claims(iss=None, sub="user"),
    "twenty minutes": claims(iat=NOW, exp=NOW + 1200),
    "clock a little ahead": claims(iat=NOW + 4),
}
BAD = {
    "expired": claims(iat=NOW - 700, exp=NOW),
    "too long": claims(iat=NOW, exp=NOW + 1210),
    "too long in all": claims(iat=NOW - 900, exp=NOW + 400),
    "too long without iat": claims(iat=None, exp=NOW + 1210),
    "from the future": claims(iat=NOW + 60),
    "without exp": claims(exp=None),
    "exp a text": claims(exp="soon"),
    "exp a truth value": claims(exp=True),
    "another audience": claims(aud="appstore"),
    "without audience": claims(aud=None),
    "another issuer": claims(iss="another"),
    "neither issuer nor user": claims(iss=None),
    "another subject": claims(iss=None, sub="admin"),
}


def signed(simulator: Simulator, payload: Json, **header: Json) -> str:
    """Sign a token with the simulator's key."""
    headers = {"kid": simulator.key_id} | header
    return jwt.encode(payload, simulator.key_path.read_bytes(), algorithm="ES256", headers=headers)


def answered(simulator: Simulator, authorization: str, method: str = "GET") -> Answer:
    """Ask for the app with an Authorization header."""
    return simulator.service.answer(
        Request(method, f"/v1/apps/{simulator.app.app}", headers={"authorization": authorization})
    )


@pytest.mark.parametrize("payload", GOOD.values(), ids=GOOD)
def test_a_token_that_apple_takes_is_taken(simulate: Callable[..., Simulator], payload: Json) -> None:
    """Every form that published clients send is taken, once and again."""
    simulator = simulate(now=Clock())
    assert simulator.issuer_id == ISSUER
    token = signed(simulator, payload)
    assert [answered(simulator, f"Bearer {token}").status for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("payload", BAD.values(), ids=BAD)
def test_a_token_that_does_not_hold_is_401(simulate: Callable[..., Simulator], payload: Json) -> None:
    """Wrong times, audience or issuer are refused in the words that users saw, without an error id."""
    simulator = simulate(now=Clock())
    answer = answered(simulator, f"Bearer {signed(simulator, payload)}")
    assert answer.status == 401
    assert b'"NOT_AUTHORIZED"' in answer.body
    assert b'"id"' not in answer.body


def test_a_forged_or_missing_token_is_401(simulate: Callable[..., Simulator]) -> None:
    """Another key, another key id, another algorithm, another scheme, rubbish and nothing are all refused."""
    simulator = simulate(now=Clock())
    stranger = ec.generate_private_key(ec.SECP256R1())
    forged = jwt.encode(claims(), stranger, algorithm="ES256", headers={"kid": simulator.key_id})
    symmetric = jwt.encode(claims(), "k" * 32, algorithm="HS256", headers={"kid": simulator.key_id})
    headers = [
        f"Bearer {forged}",
        f"Bearer {symmetric}",
        f"Bearer {signed(simulator, claims(), kid='ANOTHER000')}",
        f"Bearer {jwt.encode(claims(), stranger, algorithm='ES256')}",
        f"Basic {signed(simulator, claims())}",
        "Bearer rubbish",
        "Bearer ",
        "",
    ]
    assert [answered(simulator, header).status for header in headers] == [401] * len(headers)


def test_a_token_ends_while_it_is_used(simulate: Callable[..., Simulator]) -> None:
    """A verified token is refused from the second on that it expires, and a revoked key's at once."""
    clock = Clock()
    simulator = simulate(now=clock)
    header = f"Bearer {signed(simulator, claims())}"
    assert answered(simulator, header).status == 200
    clock.now = NOW + 600
    assert answered(simulator, header).status == 401
    clock.now = NOW
    simulator.revoke_key()
    assert answered(simulator, header).status == 401


def test_a_scoped_token_reads_but_does_not_write(simulate: Callable[..., Simulator]) -> None:
    """A token with a scope is 405 on writes."""
    simulator = simulate(now=Clock())
    header = f"Bearer {signed(simulator, claims(scope=['GET /v1/apps']))}"
    assert answered(simulator, header).status == 200
    assert answered(simulator, header, "DELETE").status == 405


def test_the_service_clock_may_be_wrong(simulate: Callable[..., Simulator]) -> None:
    """With an offset the service judges tokens by its own clock and says so in the Date header."""
    simulator = simulate(Switches(clock_offset_s=86_400), now=Clock())
    answer = answered(simulator, f"Bearer {signed(simulator, claims())}")
    assert answer.status == 401
    assert dict(answer.headers)["Date"] == "Sat, 16 Jan 2027 08:00:00 GMT"


def test_many_tokens_do_not_pile_up(simulate: Callable[..., Simulator], monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of verified tokens is bounded."""
    monkeypatch.setattr("gcbulk.simulator.tokens.CACHED_TOKENS", 2)
    simulator = simulate(now=Clock())
    for number in range(5):
        assert answered(simulator, f"Bearer {signed(simulator, claims(exp=NOW + 600 + number))}").status == 200


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """The file is PKCS#8 PEM of P-256 with mode 0600 under its usual name, and a second start takes it again."""
    key = make_key(tmp_path / "keys")
    assert key.path.name == f"AuthKey_{key.key_id}.p8"
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
    assert key.path.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert make_key(tmp_path / "keys").public == key.public


def test_a_key_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A file under the key's name that is no P-256 key stops the start and names the file."""
    private = rsa.generate_private_key(65537, 2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "AuthKey_SIMULATED1.p8").write_bytes(private.private_bytes(*form))
    with pytest.raises(SpoiledStateError, match=r"AuthKey_SIMULATED1\.p8 is no P-256 key"):
        make_key(tmp_path)
    (tmp_path / "AuthKey_SIMULATED1.p8").write_bytes(b"no key")
    with pytest.raises(SpoiledStateError, match=r"AuthKey_SIMULATED1\.p8 is no P-256 key"):
        make_key(tmp_path)


@pytest.mark.parametrize("line", [b"no JSON", b"[1]", b'[["add"]]', b'[["update", "x", {}]]', b'[["x"]]', b"null"])
def test_a_log_of_another_kind_is_refused(tmp_path: Path, line: bytes) -> None:
    """A log that this simulator did not write stops the start and names the file, which stays as it is."""
    log = tmp_path / "applied.jsonl"
    log.write_bytes(line + b"\n")
    with pytest.raises(SpoiledStateError, match=r"applied\.jsonl is no log of a simulator"):
        Store(seed=0, folder=tmp_path)
    assert log.read_bytes() == line + b"\n"


def statuses(simulator: Simulator, count: int) -> list[int]:
    """Ask several times and give the statuses."""
    return [simulator.ask("GET", f"/v1/apps/{simulator.app.app}").status for _ in range(count)]


def test_the_hour_rolls(simulate: Callable[..., Simulator]) -> None:
    """The limit counts the last 3600 seconds, not the hour of the clock; refused requests do not count."""
    clock = Clock()
    simulator = simulate(Switches(hour_limit=3), now=clock)
    assert statuses(simulator, 2) == [200, 200]
    clock.now += 1800
    assert statuses(simulator, 3) == [200, 429, 429]
    clock.now += 1800
    assert statuses(simulator, 3) == [200, 200, 429]


def test_the_minute_is_the_clocks(simulate: Callable[..., Simulator]) -> None:
    """A minute limit holds until the next minute starts."""
    clock = Clock(NOW - NOW % 60 + 59)
    simulator = simulate(Switches(minute_limit=2), now=clock)
    assert statuses(simulator, 3) == [200, 200, 429]
    clock.now += 1
    assert statuses(simulator, 3) == [200, 200, 429]


def header_lines(simulator: Simulator, name: str) -> list[str]:
    """Ask once and give the header lines of that name."""
    answer = answered(simulator, f"Bearer {simulator.token()}")
    return [value for key, value in answer.headers if key == name]


@pytest.mark.parametrize(
    ("form", "lines"),
    [
        ("hidden", ["user-hour-lim:3600;user-hour-rem:3599;"]),
        ("beside", ["user-hour-lim:3600;user-hour-rem:3599;user-minute-lim:300;user-minute-rem:299;"]),
        ("own", ["user-hour-lim:3600;user-hour-rem:3599;", "user-minute-lim:300;user-minute-rem:299;"]),
        ("only", ["user-minute-lim:300;user-minute-rem:299;"]),
    ],
)
def test_the_limits_show_in_the_header(simulate: Callable[..., Simulator], form: str, lines: list[str]) -> None:
    """Each form of the header that users have seen can be had."""
    simulator = simulate(Switches(minute_limit=300, minute_header=form), now=Clock())
    assert header_lines(simulator, "X-Rate-Limit") == lines


def test_without_limits_there_is_no_header_and_no_end(simulate: Callable[..., Simulator]) -> None:
    """With no limit nothing is counted against the client and nothing is told."""
    simulator = simulate(Switches(hour_limit=None), now=Clock())
    assert set(statuses(simulator, 50)) == {200}
    assert header_lines(simulator, "X-Rate-Limit") == []


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("none", []),
        ("seconds", ["31"]),
        ("date", ["Fri, 15 Jan 2027 08:01:01 GMT"]),
        ("epoch-s", [f"{NOW + 61}"]),
        ("epoch-ms", [f"{NOW + 61}000"]),
    ],
)
def test_retry_after_has_many_forms(simulate: Callable[..., Simulator], form: str, values: list[str]) -> None:
    """A 429 says when to come again in the form of the switch, or not at all."""
    simulator = simulate(Switches(minute_limit=1, retry_after=form), now=Clock(NOW + 30))
    assert statuses(simulator, 1) == [200]
    assert header_lines(simulator, "Retry-After") == values


def test_retry_after_counts_to_the_end_of_the_hour(simulate: Callable[..., Simulator]) -> None:
    """When the hour is used up the first request of it has to leave the window."""
    clock = Clock()
    simulator = simulate(Switches(hour_limit=1, retry_after="seconds"), now=clock)
    assert statuses(simulator, 1) == [200]
    clock.now += 600
    assert header_lines(simulator, "Retry-After") == ["3001"]


def test_an_unknown_call_is_loud(tmp_path: Path) -> None:
    """A call that is not known is 404 in the service's form, and the handle has it."""
    with running(key_dir=tmp_path) as simulator:
        answer = simulator.ask("GET", "/v1/builds")
        simulator.ask("DELETE", f"/v1/apps/{simulator.app.app}")
        assert (answer.status, answer.response["errors"][0]["code"]) == (404, "NOT_FOUND")
        assert simulator.unhandled == [("GET", "/v1/builds"), ("DELETE", f"/v1/apps/{simulator.app.app}")]


@pytest.mark.parametrize(
    ("media", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("", b"{}", 415),
        ("application/json", b"{", 400),
        ("application/json", b"", 400),
        ("application/json", b'{"data": NaN}', 400),
        ("application/json; charset=utf-8", b"[]", 422),
        ("application/json", b'{"data": []}', 422),
        ("application/json", b'{"data": {"attributes": 1}}', 422),
        ("application/json", b'{"data": {"relationships": []}}', 422),
        ("application/json", b'{"data": {}, "included": {}}', 422),
    ],
    ids=str,
)
def test_a_body_that_is_no_document_is_refused(simulator: Simulator, media: str, body: bytes, status: int) -> None:
    """Content type, JSON and the document's shape are looked at, in this order."""
    headers = {"authorization": f"Bearer {simulator.token()}", "content-type": media}
    answer = simulator.service.answer(Request("POST", "/v1/gameCenterAchievements", "", headers, body))
    assert answer.status == status


def test_a_record_of_what_is_no_json_is_empty() -> None:
    """An exchange whose body cannot be parsed has no JSON, and says nothing false."""
    record = exchange(Request("POST", "/v1/apps", body=b"{"), Answer(200, b"{", "application/json"))
    assert (record.request, record.response) == (None, None)


def test_every_answer_is_counted_by_its_template(simulator: Simulator) -> None:
    """The ledger counts requests by method, template and status, and tells writes from reads."""
    statuses(simulator, 2)
    key = simulator.add_achievement("quest.first").id
    simulator.ask("DELETE", f"/v2/gameCenterAchievements/{key}")
    simulator.ask("DELETE", f"/v2/gameCenterAchievements/{key}")
    assert simulator.ledger.requests == {
        ("GET", "/v1/apps/{id}", 200): 2,
        ("DELETE", "/v2/gameCenterAchievements/{id}", 204): 1,
        ("DELETE", "/v2/gameCenterAchievements/{id}", 404): 1,
    }
    assert simulator.ledger.writes() == 1


def test_exchanges_are_kept_without_the_token_or_not_at_all(simulator: Simulator) -> None:
    """A record never holds the token, and the switch stops recording."""
    statuses(simulator, 1)
    assert "authorization" not in simulator.exchanges[0].request_headers
    simulator.change(record=False)
    statuses(simulator, 1)
    assert len(simulator.exchanges) == 1


def fill(simulator: Simulator, submission: Callable[..., Json]) -> None:
    """Make a state with something of everything in it."""
    simulator.add_app(bundle_id="com.example.other")
    achievement = simulator.add_achievement("quest.first")
    simulator.add_localization(achievement, "en-US")
    gone = simulator.add_achievement("quest.second")
    simulator.ask("DELETE", f"/v2/gameCenterAchievements/{gone.id}")
    body = {"data": {"type": "gameCenterAchievements", "id": achievement.id, "attributes": {"points": 9}}}
    simulator.ask("PATCH", f"/v2/gameCenterAchievements/{achievement.id}", body)
    simulator.ask("POST", "/v1/gameCenterPlayerAchievementSubmissions", submission(40))


def state(simulator: Simulator) -> Json:
    """Give everything that a restart must bring back."""
    store, kinds = simulator.store, ("apps", "gameCenterAchievements", "gameCenterAchievementLocalizations")
    held = {kind: [resource.attributes for resource in store.all(kind)] for kind in kinds}
    return [held, store.progress, store.ledger.created, store.ledger.deleted, store.ledger.submitted, simulator.app]


@pytest.mark.parametrize("tail", [b"", b'[["add",["apps"'], ids=["whole", "cut off"])
def test_a_restart_brings_everything_back(tmp_path: Path, submission: Callable[..., Json], tail: bytes) -> None:
    """State, ledger and ids go on where they were, even when the log's last line was cut off by a kill."""
    options: Json = {"key_dir": tmp_path / "keys", "state": tmp_path / "state"}
    with running(**options) as simulator:
        fill(simulator, submission)
        before = state(simulator)
    with (tmp_path / "state" / "applied.jsonl").open("ab") as log:
        log.write(tail)
    for _ in range(2):
        with running(**options) as simulator:
            assert state(simulator) == before
    with running(**options) as simulator:
        made = simulator.add_achievement("quest.third")
        assert made.id not in {created.id for created in before[2]}
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "state" / "applied.jsonl").stat().st_mode) == 0o600


def test_what_was_answered_is_on_disk(tmp_path: Path, submission: Callable[..., Json]) -> None:
    """A write is in the log before its answer goes out: what another start reads is already there."""
    options: Json = {"key_dir": tmp_path / "keys", "state": tmp_path / "state"}
    with running(**options) as first:
        fill(first, submission)
        with running(**options) as second:
            assert state(second) == state(first)


def test_the_same_seed_gives_the_same_ids(tmp_path: Path) -> None:
    """Ids are decided by the seed and the order of things alone."""
    ids = []
    for seed in (1, 1, 2):
        with running(Switches(seed=seed), key_dir=tmp_path) as simulator:
            ids.append(simulator.add_achievement("quest.first").id)
    assert ids[0] == ids[1] != ids[2]


def test_children_keep_a_new_order(simulator: Simulator) -> None:
    """Reordered children are listed so; those that were not named go last in their old order."""
    keys = [simulator.add_achievement(f"quest.{number}").id for number in range(4)]
    owner = simulator.app.detail or ""
    simulator.store.reorder(owner, "gameCenterAchievements", [keys[2], keys[0]])
    listed = [item.id for item in simulator.store.children(owner, "gameCenterAchievements")]
    assert listed == [keys[2], keys[0], keys[1], keys[3]]


def test_switches_can_be_turned_while_it_runs(simulator: Simulator) -> None:
    """A change replaces the named switches and leaves the others."""
    before = simulator.switches
    simulator.change(list_lag_s=5.0)
    assert simulator.switches == replace(before, list_lag_s=5.0)
