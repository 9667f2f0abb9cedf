"""The stand-in's own address: change the weather and read the ledger from another process while it runs.

`Simulator.control_url` has it. ``PUT faults`` below it takes a storm as TOML and starts it, ``DELETE faults`` ends it,
and ``GET ledger`` tells what was truly applied. A web page must not get in through a name that it points at this
machine: only requests to loopback are answered, and only those that know the secret in the address.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict

from gcbulk.simulator.exchange import Answer, Json, Request, json_answer
from gcbulk.simulator.fault_file import parse_storm
from gcbulk.simulator.service import Service

CONTROL = "/simulator/"
_LOOPBACK = re.compile(r"(127(\.[0-9]{1,3}){3}|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)


def control(service: Service, request: Request) -> Answer:
    """Answer a request under ``/simulator/``; 403 to whoever came by another name or does not know the secret."""
    secret, _, what = request.path.removeprefix(CONTROL).partition("/")
    is_here = _LOOPBACK.fullmatch(request.headers.get("host", ""))
    if not is_here or not secrets.compare_digest(secret.encode(), service.secret.encode()):
        return json_answer(403, {"error": "This address is open to its own machine, and with its secret only."})
    with service.lock:
        match request.method, what:
            case "PUT", "faults":
                return _begin(service, request.body)
            case "DELETE", "faults":
                service.schedule.replace((), seed=service.world.switches.seed)
                return Answer(204)
            case "GET", "ledger":
                service.apply_due()
                return json_answer(200, ledger_json(service))
    return json_answer(404, {"error": "There are PUT and DELETE faults, and GET ledger."})


def _begin(service: Service, body: bytes) -> Answer:
    """Let a storm begin; its seed and its switches hold from now on, but for the clock's tolerance."""
    try:
        switches = parse_storm(body.decode("utf-8"))
    except ValueError as error:
        return json_answer(400, {"error": str(error)})
    service.world.switches = switches
    service.schedule.replace(switches.faults, seed=switches.seed)
    return Answer(204)


def ledger_json(service: Service) -> Json:
    """Give the ledger as JSON."""
    ledger = service.world.store.ledger
    kinds = sorted({created.type for created in ledger.created})
    return {
        "created": [asdict(created) for created in ledger.created],
        "deleted": ledger.deleted,
        "submitted": [asdict(submitted) for submitted in ledger.submitted],
        "duplicates": {kind: twice for kind in kinds if (twice := ledger.duplicates(kind))},
        "requests": [
            {"method": method, "path": template, "status": status, "count": count}
            for (method, template, status), count in sorted(ledger.requests.items())
        ],
        "struck": sum(service.schedule.struck.values()),
        "unhandled": service.unhandled,
        "leaks": service.leaks,
    }
