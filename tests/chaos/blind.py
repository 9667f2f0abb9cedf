"""A client as a team would write it in an afternoon: known to be wrong, so that the campaign is known to bite.

What comes in: orders. What goes out: requests, one row after the other, and a report of its own. It tries again
whatever got no answer, takes a 409 for done, and begun anew it goes on with the first row that its report does not
name. It shares nothing with ours.
"""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

from chaos.works import CREATES, LOCALE, SUBMITS, Client, Orders, identifiers, progress_rows
from gcbulk.simulator.exchange import Json

TRIES = 30
"""How often it sends a row at most, so that a service that is gone does not keep it forever."""


def _report(given: Orders) -> Path:
    return given.path.with_suffix(".told")


def told(given: Orders) -> dict[str, str]:
    """What its report says: each row's id."""
    if not _report(given).exists():
        return {}
    lines = _report(given).read_text("utf-8").splitlines()
    return {key: found for key, _, found in (line.partition("\t") for line in lines)}


class _Blind:
    def __init__(self, given: Orders, http: httpx.Client) -> None:
        self._given = given
        self._http = http
        self._told = told(given)

    def row(self, key: str, kind: str, attributes: Json, **parents: tuple[str, str]) -> str:
        """Send a row that the report does not name yet; its id."""
        if key not in self._told:
            relationships = {name: {"data": {"type": of, "id": id_}} for name, (of, id_) in parents.items()}
            self._told[key] = self._sent(kind, {"attributes": attributes, "relationships": relationships})
            with _report(self._given).open("a", encoding="utf-8") as report:
                report.write(f"{key}\t{self._told[key]}\n")
        return self._told[key]

    def _sent(self, kind: str, data: dict[str, Json]) -> str:
        for _ in range(TRIES):
            if "percentageAchieved" in data["attributes"]:
                data["attributes"]["submittedDate"] = datetime.now(UTC).isoformat()
            filled = {name: value for name, value in data.items() if value}
            try:
                answer = self._http.post(f"/v1/{kind}", json={"data": {"type": kind, **filled}})
            except httpx.TransportError:
                continue
            if answer.status_code == httpx.codes.CONFLICT:
                return ""
            if answer.status_code < 500:
                return str(answer.raise_for_status().json()["data"]["id"])
        sys.exit(1)


@contextmanager
def _blind(given: Orders) -> Iterator[_Blind]:
    headers = {"Authorization": f"Bearer {given.token}"}
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # reading certificates takes longer than the whole run
    with httpx.Client(base_url=given.base_url, headers=headers, trust_env=False, timeout=5, verify=bare) as http:
        yield _Blind(given, http)


def create(given: Orders) -> None:
    """Create achievements and localizations."""
    texts = {"name": "Name", "beforeEarnedDescription": "Before", "afterEarnedDescription": "After"}
    with _blind(given) as blind:
        for one in identifiers(given.bundle_id):
            shown = {"points": 5, "showBeforeEarned": True, "repeatable": True}
            made = blind.row(
                one,
                "gameCenterAchievements",
                {"referenceName": one, "vendorIdentifier": one, **shown},
                gameCenterDetail=("gameCenterDetails", given.detail_id),
            )
            blind.row(
                f"{one} / {LOCALE}",
                "gameCenterAchievementLocalizations",
                {"locale": LOCALE, **texts},
                gameCenterAchievement=("gameCenterAchievements", made),
            )


def submit(given: Orders) -> None:
    """Submit players' progress."""
    with _blind(given) as blind:
        for row in progress_rows(given.bundle_id):
            attributes = {
                "bundleId": given.bundle_id,
                "scopedPlayerId": row.player,
                "vendorIdentifier": row.achievement,
                "percentageAchieved": row.percent,
            }
            blind.row(f"{row.player} / {row.achievement}", "gameCenterPlayerAchievementSubmissions", attributes)


# It looks nothing up, so its rows are all that it asks.
PUSH = Client(replace(CREATES, requests=CREATES.rows), create, told)
SUBMIT = Client(replace(SUBMITS, requests=SUBMITS.rows), submit, told)
