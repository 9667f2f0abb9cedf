"""Two published clients of other authors, each doing what it can do with Game Center's neighbourhood.

Run by `python -m clients` in an environment of its own; nothing of gcbulk is imported here. Arguments: the simulator's
address, the key's id, its issuer and its file, and a localization to hang a picture on. Prints a line for each thing
that was done.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import asconnect
import asconnect.httpclient
from codemagic.apple import AppStoreConnectApiClient
from codemagic.apple.resources import Platform, ReviewSubmissionState

BUNDLE_ID = "com.example.game"
PICTURE = b"not a picture, but it arrives whole" * 40


def expect(what: str, found: object, wanted: object) -> None:
    """Print what was done, or end with what came instead."""
    if found != wanted:
        sys.exit(f"FAILED  {what}: {found!r} instead of {wanted!r}")
    print(f"ok      {what}")


def codemagic_cli_tools(base_url: str, key_id: str, issuer_id: str, key: str) -> None:
    """Apps sorted, filtered and read; a review submission opened, listed, filtered, read and taken back."""
    AppStoreConnectApiClient.API_URL = f"{base_url}/v1"
    client = AppStoreConnectApiClient(key_id, issuer_id, key)
    apps = client.apps.list(client.apps.Filter(bundle_id=BUNDLE_ID))
    expect("codemagic-cli-tools: list apps", [app.attributes.bundleId for app in apps], [BUNDLE_ID])
    everything = client.apps.list(ordering=client.apps.Ordering.BUNDLE_ID, reverse=True)
    names = [app.attributes.bundleId for app in everything]
    expect("codemagic-cli-tools: sort apps, over pages", names, sorted(names, reverse=True))
    expect("codemagic-cli-tools: all apps", len(names), 121)
    app = client.apps.read(apps[0].id)
    expect("codemagic-cli-tools: read an app", app.attributes.primaryLocale.value, "en-US")
    expect("codemagic-cli-tools: an app's versions", client.apps.list_app_store_versions(app.id), [])
    review = client.review_submissions.create(Platform.IOS, app.id)
    expect("codemagic-cli-tools: open a review", str(review.attributes.state), "READY_FOR_REVIEW")
    by_state = client.review_submissions.Filter(app=app.id, state=ReviewSubmissionState.READY_FOR_REVIEW)
    listed = client.review_submissions.list(by_state)
    expect("codemagic-cli-tools: list reviews", [each.id for each in listed], [review.id])
    expect("codemagic-cli-tools: read a review", client.review_submissions.read(review.id).id, review.id)
    expect("codemagic-cli-tools: a review's items", client.review_submissions.list_items(review.id), [])


def asconnect_client(base_url: str, key_id: str, issuer_id: str, key: str, localization: str) -> None:
    """Apps listed over pages and found by bundle id; a part of a picture uploaded as its screenshots are."""
    asconnect.httpclient.HttpClient.generate_url = lambda _, endpoint: f"{base_url}/v1/{endpoint}"
    client = asconnect.Client(key_id=key_id, key_contents=key, issuer_id=issuer_id)
    expect("asconnect: all apps, over pages", len(list(client.app.get_all())), 121)
    app = client.app.get_from_bundle_id(BUNDLE_ID)
    expect("asconnect: find an app", app is not None and app.name, "Example Quest")
    expect("asconnect: not made for kids", app is not None and app.is_or_ever_was_made_for_kids, False)
    state = upload(client, base_url, localization, PICTURE)
    expect("asconnect: upload the parts of a picture", state, "FAILED")  # it arrived, and is none


def upload(client: asconnect.Client, base_url: str, localization: str, picture: bytes) -> str:
    """Reserve, upload and commit a picture with the client's own calls; give the state that it ends in."""
    kind, http = "gameCenterAchievementImages", client.http_client
    parent = {"localization": {"data": {"type": "gameCenterAchievementLocalizations", "id": localization}}}
    attributes = {"fileName": "picture.png", "fileSize": len(picture)}
    body = {"data": {"type": kind, "attributes": attributes, "relationships": parent}}
    image = http.post(url=f"{base_url}/v2/{kind}", data=body, data_type=dict[str, Any])
    for part in image["attributes"]["uploadOperations"]:
        headers = {header["name"]: header["value"] for header in part["requestHeaders"]}
        data = picture[part["offset"] : part["offset"] + part["length"]]
        http.put_chunk(url=part["url"], additional_headers=headers, data=data, use_auth_header=False)
    body = {"data": {"type": kind, "id": image["id"], "attributes": {"uploaded": True}}}
    done = http.patch(url=f"{base_url}/v2/{kind}/{image['id']}", data=body, data_type=dict[str, Any])
    return str(done["attributes"]["assetDeliveryState"]["state"])


def main() -> None:
    """Let both clients work."""
    base_url, key_id, issuer_id, key_path, localization = sys.argv[1:]
    key = Path(key_path).read_text("utf-8")
    codemagic_cli_tools(base_url, key_id, issuer_id, key)
    asconnect_client(base_url, key_id, issuer_id, key, localization)


if __name__ == "__main__":
    main()
