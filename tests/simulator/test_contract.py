from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Exchange, Json

LIST = "/v1/gameCenterDetails/1/gameCenterAchievementsV2"
PAGE = {"data": [], "links": {"self": "x"}}


def read(path: str = LIST, query: str = "", response: Json = PAGE, status: int = 200) -> Exchange:
    """Make the record of a read."""
    return Exchange("GET", path, query, {}, None, status, response)


def test_what_the_simulator_does_fits(
    simulator: Simulator,
    achievement_v2: Callable[..., Json],
    submission: Callable[..., Json],
    assert_contract: Callable[..., None],
) -> None:
    """Creates, submissions, refusals and lists of the simulator fit Apple's description."""
    simulator.ask("POST", "/v2/gameCenterAchievements", achievement_v2(simulator))
    simulator.ask("POST", "/v2/gameCenterAchievements", achievement_v2(simulator))
    simulator.ask("POST", "/v1/gameCenterPlayerAchievementSubmissions", submission())
    simulator.ask("GET", "/v1/apps")
    assert [exchange.status for exchange in simulator.exchanges] == [201, 409, 201, 200]
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(
    "exchange",
    [
        read("/v1/gameCenterFamilies"),
        replace(read("/v1/apps"), method="DELETE"),
        read(query="filter[vendorIdentifier]=a"),
        read(query="include=family"),
        read(query="limit=201"),
        read(query="limit=many"),
        read("/v1/reviewSubmissions"),
        replace(read(), request={}),
        replace(read(), request={"data": 1}),
        read(response={"data": []}),
        read(response=PAGE | {"color": "red"}),
        read(response=PAGE | {"data": [{"type": "gameCenterAchievements"}]}),
        read(response=PAGE | {"data": [{"type": "apps", "id": "1"}]}),
        read(response=PAGE | {"data": [{"type": "gameCenterAchievements", "id": "1", "attributes": {"points": "5"}}]}),
        read(response=PAGE | {"data": [{"type": "gameCenterAchievements", "id": "1", "attributes": {"points": None}}]}),
        read(status=202),
        read(status=404, response=None),
        read(status=404, response={"errors": [{"code": "NOT_FOUND"}]}),
    ],
    ids=str,
)
def test_a_misfit_is_named(exchange: Exchange, assert_contract: Callable[..., None]) -> None:
    """Unknown calls, parameters, members and values, and wrong types, do not pass."""
    with pytest.raises(AssertionError):
        assert_contract([exchange])


@pytest.mark.parametrize(
    "exchange",
    [
        read(query="filter[archived]=true&include=versions,activity&limit=200&limit[versions]=50"),
        read(query="cursor=50"),
        read(status=502, response=None),
        replace(read(response=None), tampered=True),
        Exchange("DELETE", "/v2/gameCenterAchievements/1", "", {}, None, 204, None),
    ],
    ids=str,
)
def test_what_fits_passes(exchange: Exchange, assert_contract: Callable[..., None]) -> None:
    """Declared parameters, gateways' pages and tampered answers are no misfits."""
    assert_contract([exchange])


def test_only_the_documented_nulls_pass(
    simulator: Simulator, submission: Callable[..., Json], assert_contract: Callable[..., None]
) -> None:
    """Nulls for what was left out of a submission are let through; a null for what was sent is not."""
    simulator.change(check_submissions=False)
    exchange = simulator.ask("POST", "/v1/gameCenterPlayerAchievementSubmissions", submission())
    assert exchange.response["data"]["attributes"]["challengeIds"] is None
    assert_contract([exchange])
    exchange.response["data"]["attributes"]["bundleId"] = None
    with pytest.raises(AssertionError):
        assert_contract([exchange])


def test_requests_that_are_meant_to_be_refused_may_be_left_out(
    simulator: Simulator, submission: Callable[..., Json], assert_contract: Callable[..., None]
) -> None:
    """A request that provokes a refusal need not fit, if the test says so; its answer must."""
    exchange = simulator.ask("POST", "/v1/gameCenterPlayerAchievementSubmissions", submission("many"))
    assert_contract([exchange], refused_requests=False)
    with pytest.raises(AssertionError):
        assert_contract([exchange])
