"""The service's refusals: each error body as people have seen it in the wild.

Codes and titles are those that users of the service have reported; where no report was found the code is inferred, and
says so.

Source: https://developer.apple.com/documentation/appstoreconnectapi/interpreting-and-handling-errors
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gcbulk.simulator.exchange import Answer, Json, json_answer

DUPLICATE_CODE = "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"
ENTITY_TITLE = "There is a problem with the request entity"


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of an error body.

    Args:
        status: the HTTP status that goes with it.
        code: the service's code.
        title: the short text.
        detail: the text that names the case.
        pointer: the place in the request's body, as a JSON pointer.
        parameter: the query parameter it is about.
        see: a path to go to, as the agreements' error has one.
    """

    status: int
    code: str
    title: str
    detail: str
    pointer: str = ""
    parameter: str = ""
    see: str = ""

    def as_json(self, error_id: str) -> Json:
        """Give the entry in the service's form; without an id for 401, which never has one."""
        entry: Json = {"id": error_id} if self.status != 401 else {}
        entry |= {"status": str(self.status), "code": self.code, "title": self.title, "detail": self.detail}
        if self.pointer:
            entry["source"] = {"pointer": self.pointer}
        if self.parameter:
            entry["source"] = {"parameter": self.parameter}
        if self.see:
            entry["links"] = {"see": self.see}
        return entry


class SpoiledStateError(OSError):
    """What was kept by an earlier start cannot be used; the message names the file."""


class RefusedError(Exception):
    """A request that is not fulfilled, with everything that is wrong with it.

    Args:
        problems: at least one; the first one's status is the answer's.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].code)
        self.problems = problems


def refusal_answer(problems: Sequence[Problem], error_id: str) -> Answer:
    """Make the answer out of the problems; one body may hold several."""
    entries = [problem.as_json(f"{error_id}-{number}") for number, problem in enumerate(problems)]
    return json_answer(problems[0].status, {"errors": entries})


def not_authorized() -> Problem:
    """No token, or one that does not hold."""
    detail = "Provide a properly configured and signed bearer token, and make sure that it has not expired."
    return Problem(401, "NOT_AUTHORIZED", "Authentication credentials are missing or invalid.", detail)


def forbidden(code: str = "FORBIDDEN_ERROR") -> Problem:
    """A key that may not do this, or an agreement that nobody signed."""
    if code == "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED":
        title = "A required agreement is missing or has expired."
        detail = "This request requires an in-effect agreement that has not been signed or has expired."
        return Problem(403, code, title, detail, see="/business")
    title = "This request is forbidden for security reasons"
    return Problem(403, code, title, "The API key in use does not allow this request")


def not_found(kind: str, key: str) -> Problem:
    """A resource that is not there."""
    detail = f"There is no resource of type '{kind}' with id '{key}'"
    return Problem(404, "NOT_FOUND", "The specified resource does not exist", detail)


def no_such_path(method: str, path: str) -> Problem:
    """A call that this stand-in does not know; real clients must never see it."""
    detail = f"The path provided does not match a defined resource type: {method} {path}"
    return Problem(404, "NOT_FOUND", "The specified resource does not exist", detail)


def method_not_allowed() -> Problem:
    """A write with a token that carries a scope (reported status; the code is inferred)."""
    detail = "The token's scope does not allow this request."
    return Problem(405, "METHOD_NOT_ALLOWED", "The request method is not allowed", detail)


def media_type(given: str) -> Problem:
    """A body that does not call itself JSON (inferred)."""
    detail = f"The Content-Type must be 'application/json'; this request has '{given}'."
    return Problem(415, "UNSUPPORTED_MEDIA_TYPE", "The specified Content-Type is not supported", detail)


def bad_json(detail: str) -> Problem:
    """A body that no JSON parser takes (inferred)."""
    return Problem(400, "ENTITY_UNPROCESSABLE", "The request entity is not valid JSON", detail)


def bad_document(detail: str) -> Problem:
    """A body that is JSON but no JSON:API document (inferred)."""
    title = "The request entity is not a valid request document object"
    return Problem(422, "ENTITY_UNPROCESSABLE", title, detail)


def bad_parameter(name: str, detail: str) -> Problem:
    """A query parameter that is unknown or holds what it must not."""
    title = "A parameter has an invalid value"
    return Problem(400, "PARAMETER_ERROR.INVALID", title, detail, parameter=name)


def rate_limited() -> Problem:
    """Too many requests in the hour or in the minute."""
    detail = "We've received too many requests for this API. Please wait and try again or slow down your request rate."
    return Problem(429, "RATE_LIMIT_EXCEEDED", "The request rate limit has been reached.", detail)


def unexpected(status: int = 500, code: str = "UNEXPECTED_ERROR") -> Problem:
    """The service's own fault."""
    detail = (
        "An unexpected error occurred on the server side. If this issue continues, contact us at "
        "https://developer.apple.com/contact/."
    )
    return Problem(status, code, "An unexpected error occurred.", detail)


def entity(code: str, detail: str, pointer: str, title: str = ENTITY_TITLE) -> Problem:
    """Something in the body that cannot be taken; 409, as all of these are."""
    return Problem(409, code, title, detail, pointer)


def attribute(name: str) -> str:
    """The pointer to an attribute."""
    return f"/data/attributes/{name}"


def relationship(name: str) -> str:
    """The pointer to a relationship."""
    return f"/data/relationships/{name}"


def attribute_required(name: str) -> Problem:
    """An attribute that must be there and is not."""
    detail = f"You must provide a value for the attribute '{name}' with this request"
    title = "The provided entity is missing a required attribute"
    return entity("ENTITY_ERROR.ATTRIBUTE.REQUIRED", detail, attribute(name), title)


def attribute_unknown(name: str, kind: str) -> Problem:
    """An attribute that the resource does not have (inferred code)."""
    detail = f"'{name}' is not an attribute on the resource '{kind}'"
    title = "The provided entity includes an unknown attribute"
    return entity("ENTITY_ERROR.ATTRIBUTE.UNKNOWN", detail, attribute(name), title)


def attribute_type(name: str, wanted: str) -> Problem:
    """An attribute whose value is of the wrong JSON type (inferred)."""
    detail = f"The value of the attribute '{name}' must be of type {wanted}"
    title = "An attribute in the provided entity has the wrong type"
    return entity("ENTITY_ERROR.ATTRIBUTE.TYPE", detail, attribute(name), title)


def attribute_invalid(name: str, detail: str) -> Problem:
    """An attribute whose value the service does not take (inferred code)."""
    title = "The provided entity includes an attribute with an invalid value"
    return entity("ENTITY_ERROR.ATTRIBUTE.INVALID", detail, attribute(name), title)


def attribute_choice(name: str, value: str, choices: Sequence[str]) -> Problem:
    """An attribute whose value is none of a closed set, as users saw it of the live service."""
    expected = ", ".join(f"'{choice}'" for choice in choices)
    title = "An attribute in the provided entity has the wrong type"
    detail = f"'{value}' is not a valid value. Expected one of: {expected}"
    return entity("ENTITY_ERROR.ATTRIBUTE.TYPE", detail, attribute(name), title)


def attribute_too_long(name: str, limit: int) -> Problem:
    """A text that is too long."""
    detail = (
        f"The provided entity contains a field '{name}' whose value is too long. It cannot exceed {limit} characters."
    )
    return entity("ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG", detail, attribute(name))


def attribute_duplicate(name: str, value: str, code: str, form: str) -> list[Problem]:
    """A value that may be there once and is there already, in one of the forms that `Switches.duplicate_form` has."""
    title = "The provided entity includes an attribute with a value that has already been used"
    used = f"The value '{value}' of '{name}' has already been used"
    match form:
        case "state":
            return [state_error("STATE_ERROR.ALREADY_EXISTS", f"An entity with this {name} already exists")]
        case "detail":
            return [attribute_invalid(name, f"An entity with {name} '{value}' already exists")]
        case "try-updating":
            detail = f"Entity with {name}: '{value}' already exists. Try updating."
            return [entity(code, detail, attribute(name), title)]
        case "second":
            other = relationship_invalid("version", "The relationship can not be used with this request")
            return [other, entity(code, used, attribute(name), title)]
        case _:
            return [entity(code, used, attribute(name), title)]


def relationship_required(name: str) -> Problem:
    """A relationship that must be there and is not (inferred)."""
    detail = f"You must provide a value for the relationship '{name}' with this request"
    title = "The provided entity is missing a required relationship"
    return entity("ENTITY_ERROR.RELATIONSHIP.REQUIRED", detail, relationship(name), title)


def relationship_invalid(name: str, detail: str) -> Problem:
    """A relationship that leads nowhere, or where it must not (inferred)."""
    title = "The provided entity includes a relationship with an invalid value"
    return entity("ENTITY_ERROR.RELATIONSHIP.INVALID", detail, relationship(name), title)


def relationship_unknown(name: str, kind: str) -> Problem:
    """A relationship that the resource does not have (inferred)."""
    detail = f"'{name}' is not a relationship on the resource '{kind}'"
    title = "The provided entity includes an unknown relationship"
    return entity("ENTITY_ERROR.RELATIONSHIP.UNKNOWN", detail, relationship(name), title)


def state_error(code: str, detail: str) -> Problem:
    """Something that the state of the resource does not allow."""
    return Problem(409, code, "The request cannot be fulfilled because of the state of another resource.", detail)
