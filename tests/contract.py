"""Every exchange against Apple's own description of the API, both ways.

What comes in: Apple's OpenAPI document and exchanges as the simulator recorded them. What goes out: sentences about
what does not fit. Stricter than the document in one respect: a member that it does not name is a mistake.

Two things are let through on purpose, and nothing else:

* nulls in the answers to submissions (``challengeIds``, ``submittedDate``, ``preReleased``, ``context``): the schema
  does not call them nullable, Apple's documented example has them; in a review submission ``submittedDate`` is one
  until it was submitted, because a published client does not take an answer without it;
* ``links.see`` in errors, which users of the service have seen and the schema does not know.

A ``cursor`` in the query is no declared parameter either: it comes from ``links.next`` and goes back unread.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

from gcbulk.simulator.exchange import Exchange, Json

ROOT = Path(__file__).parent.parent
SCHEMA = Path(os.environ.get("GCBULK_APPLE_SCHEMA", ROOT / ".." / "shared" / "apple" / "openapi-game-center.json"))

NULLS_IN_THE_EXAMPLE = {
    "GameCenterPlayerAchievementSubmission": ("challengeIds", "submittedDate", "preReleased"),
    "ReviewSubmission": ("submittedDate",),
    "GameCenterLeaderboardEntrySubmission": ("challengeIds", "submittedDate", "preReleased", "context"),
}
UNDECLARED_PARAMETERS = ("cursor",)


class Contract:
    """Apple's description of the API, ready to be held against exchanges.

    Args:
        path: the OpenAPI document.
    """

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        self._paths: dict[str, Json] = document["paths"]
        self._schemas = {name: strict(schema) for name, schema in document["components"]["schemas"].items()}
        for name, members in NULLS_IN_THE_EXAMPLE.items():
            attributes = self._schemas[name]["properties"]["attributes"]["properties"]
            for member in members:
                attributes[member] = {"anyOf": [attributes[member], {"type": "null"}]}
        self._schemas["ErrorLinks"]["properties"]["see"] = {"type": "string"}
        self._validator = cache(self._new_validator)

    def problems(self, exchanges: Iterable[Exchange], *, refused_requests: bool = True) -> list[str]:
        """Name everything in the exchanges that does not fit.

        Args:
            exchanges: what the simulator recorded.
            refused_requests: whether requests that were refused must fit as well; a client's must, those that
                provoke a refusal on purpose need not.

        Returns:
            One sentence for each misfit.
        """
        return [
            f"{exchange.method} {exchange.path} {exchange.status}: {problem}"
            for exchange in exchanges
            for problem in self._problems(exchange, refused_requests=refused_requests)
        ]

    def _problems(self, exchange: Exchange, *, refused_requests: bool) -> Iterator[str]:
        item = self._item(exchange.path)
        operation = (item or {}).get(exchange.method.lower())
        if item is None or operation is None:
            yield "Apple's description has no such call"
            return
        if refused_requests or exchange.status < 400:
            yield from self._parameter_problems(
                exchange, [*item.get("parameters", []), *operation.get("parameters", [])]
            )
            yield from self._request_problems(exchange, operation)
        if not exchange.tampered:
            yield from self._response_problems(exchange, operation)

    def _item(self, path: str) -> Json:
        """Give the description of a path; ids match the template's braces."""
        parts = path.split("/")
        for template, item in self._paths.items():
            names = template.split("/")
            if len(names) == len(parts) and all(n in ("{id}", p) for n, p in zip(names, parts, strict=True)):
                return item
        return None

    def _parameter_problems(self, exchange: Exchange, parameters: list[Json]) -> Iterator[str]:
        declared = {each["name"]: each for each in parameters if each["in"] == "query"}
        given = dict(parse_qsl(exchange.query, keep_blank_values=True))
        for name, each in declared.items():
            if each.get("required") and name not in given:
                yield f"the parameter {name} is missing"
        for name, value in given.items():
            if name in declared:
                yield from _value_problems(name, value, declared[name]["schema"])
            elif name not in UNDECLARED_PARAMETERS:
                yield f"there is no parameter {name}"

    def _request_problems(self, exchange: Exchange, operation: Json) -> Iterator[str]:
        body = operation.get("requestBody")
        if body is None:
            if exchange.request is not None:
                yield "this call has no body"
            return
        yield from self._schema_problems("request", body["content"]["application/json"]["schema"], exchange.request)

    def _response_problems(self, exchange: Exchange, operation: Json) -> Iterator[str]:
        if exchange.status >= 400:
            if exchange.response is not None or exchange.status < 500:
                yield from self._schema_problems(
                    "response", {"$ref": "#/components/schemas/ErrorResponse"}, exchange.response
                )
            return
        declared = operation["responses"].get(str(exchange.status))
        if declared is None:
            yield "no such status is declared"
        elif "content" in declared:
            schema = declared["content"]["application/json"]["schema"]
            yield from self._schema_problems("response", schema, exchange.response)
        elif exchange.response is not None:
            yield "this answer has no body"

    def _schema_problems(self, side: str, schema: Json, value: Json) -> Iterator[str]:
        for error in self._validator(schema["$ref"]).iter_errors(value):
            yield f"{side} {error.json_path}: {error.message[:200]}"

    def _new_validator(self, reference: str) -> Draft202012Validator:
        return Draft202012Validator({"$ref": reference, "components": {"schemas": self._schemas}})


def strict(schema: Json) -> Json:
    """Turn a schema of OpenAPI 3.0 into one of JSON Schema that lets no unnamed member through."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    turned = {key: strict(value) for key, value in schema.items() if key not in ("nullable", "discriminator")}
    if isinstance(turned.get("properties"), dict) and "additionalProperties" not in turned:
        turned["additionalProperties"] = False
    return {"anyOf": [turned, {"type": "null"}]} if schema.get("nullable") is True else turned


def _value_problems(name: str, value: str, schema: Json) -> Iterator[str]:
    """Compare a parameter's value with its schema: lists are separated by commas."""
    if schema["type"] == "integer":
        if not value.isdecimal() or int(value) > schema.get("maximum", int(value)):
            yield f"the parameter {name} must not be {value}"
        return
    choices = schema.get("items", schema).get("enum")
    for item in value.split(",") if choices else ():
        if item not in choices:
            yield f"the parameter {name} does not take {item}"
