"""The settings of the stand-in service, above all what nobody knows about the real one.

Where Apple's behaviour is not known, both settings of a switch are possible worlds. A client has to work in either, so
tests run in both.
"""

from __future__ import annotations

from dataclasses import dataclass

from gcbulk.simulator.errors import DUPLICATE_CODE
from gcbulk.simulator.faults import Fault, must_be_one_of

MINUTE_HEADERS = ("hidden", "beside", "own", "only")
RETRY_AFTER_FORMS = ("none", "seconds", "date", "epoch-s", "epoch-ms")
DUPLICATE_FORMS = ("plain", "second", "detail", "state", "try-updating")
GAME_CENTER_OFF = ("not-found", "empty-id", "null")


@dataclass(frozen=True, slots=True)
class Switches:
    """How the stand-in behaves.

    Args:
        seed: decides ids and every fault that comes by chance; the same seed gives the same run.
        unique_identifiers: whether a vendorIdentifier that is taken is refused at once. [not known]
        duplicate_code: the code it is refused with. [not known]
        duplicate_form: how a refusal of what is there already looks: "plain"; "second", behind another error;
            "detail", said in the detail alone; "state", as a state; "try-updating", as users saw it of a locale.
            [each reported, none of a vendorIdentifier]
        archived_identifiers_stay_taken: whether an archived achievement keeps its identifier. [not known]
        deleted_identifiers_stay_taken: whether a deleted achievement keeps its identifier. [not known]
        game_center_off: what an app without Game Center answers for its detail: "not-found" (404), "empty-id" (200
            with an empty id) or "null". [both of the first reported]
        create_names_version: whether the answer to a v2 create names the new version's id. [not known]
        new_version_keeps_texts: whether a new version begins with the localizations of the last one. [not known]
        properties_merged: whether changed activityProperties join those that are there, instead of taking their place.
            [not known]
        list_lag_s: how many seconds pass before a list shows a new item. [not known]
        hour_limit: requests in a rolling hour; None for no limit and no X-Rate-Limit header.
        minute_limit: requests in a minute of the clock; None for no such limit. [reported: about 300-350]
        minute_header: how the minute limit shows: "hidden", "beside" the hour's in one line, "own" for a second
            header line, or "only" without the hour's.
        retry_after: the form of Retry-After on a 429: "none", "seconds", "date", "epoch-s", "epoch-ms". [not known]
        lower_percentage_lowers: whether a lower percentage lowers a player's progress. [not known]
        repeat_counts: whether a second 100 % on a repeatable achievement counts again. [not known]
        check_submissions: whether a submission for an achievement that is not there is refused. [not known]
        newer_locales: whether the eleven newer locales are accepted. [not known]
        clock_offset_s: seconds that the service's clock is ahead of the given one.
        clock_tolerance_s: seconds of clock difference that a token is forgiven.
        page_size: items in a page of a list where the request names no limit.
        uploads_elsewhere: whether images are sent to another origin than the API's. [not known]
        part_size_bytes: the most bytes of an image that go in one part.
        upload_expiry_s: seconds after which the addresses of an image's parts hold no more.
        image_processing_s: seconds from the commit of an image to its verdict. [reported: seconds to minutes]
        alpha_refused: whether an image with an alpha channel fails. [reports differ]
        second_commit_refused: whether committing an image twice is refused. [not known]
        pricing_missing: whether review submissions are refused because the app has no price. [reported]
        one_unfinished_review: whether any review submission that is not complete keeps a new one of its platform from
            being made; if not only an open one does. [reported]
        cancel_refused: whether taking back a review submission that was not handed in is refused. [reported]
        releases_block_items: whether a version 1 release that is not live keeps its achievement out of a review
            submission. [reported]
        record: whether every exchange is kept for validation against Apple's schema.
        faults: what goes wrong, first match first.
    """

    seed: int = 1
    unique_identifiers: bool = True
    duplicate_code: str = DUPLICATE_CODE
    duplicate_form: str = "plain"
    archived_identifiers_stay_taken: bool = True
    deleted_identifiers_stay_taken: bool = False
    game_center_off: str = "not-found"
    create_names_version: bool = True
    new_version_keeps_texts: bool = True
    properties_merged: bool = False
    list_lag_s: float = 0.0
    hour_limit: int | None = 3600
    minute_limit: int | None = None
    minute_header: str = "hidden"
    retry_after: str = "none"
    lower_percentage_lowers: bool = True
    repeat_counts: bool = False
    check_submissions: bool = True
    newer_locales: bool = True
    clock_offset_s: float = 0.0
    clock_tolerance_s: float = 5.0
    page_size: int = 50
    uploads_elsewhere: bool = True
    part_size_bytes: int = 5 * 1024 * 1024
    upload_expiry_s: float = 3600.0
    image_processing_s: float = 0.0
    alpha_refused: bool = False
    second_commit_refused: bool = False
    pricing_missing: bool = False
    one_unfinished_review: bool = True
    cancel_refused: bool = True
    releases_block_items: bool = True
    record: bool = True
    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        """Refuse forms that are not there, before a request finds out."""
        must_be_one_of("minute_header", self.minute_header, MINUTE_HEADERS)
        must_be_one_of("retry_after", self.retry_after, RETRY_AFTER_FORMS)
        must_be_one_of("duplicate_form", self.duplicate_form, DUPLICATE_FORMS)
        must_be_one_of("game_center_off", self.game_center_off, GAME_CENTER_OFF)
