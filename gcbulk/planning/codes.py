"""Report codes that come from a plan or a run rather than from a check.

docs/codes.md is generated from `RUN_CODES`; the advice is in the row's own message. A code in capital letters is the
service's own.
"""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.kinds import CONTENT

_RESOURCES = [kind.resource for kind in CONTENT.values()]
RUN_CODES: Mapping[str, str] = {
    "live-differs": "It turned out to be there with other values, which no plan has shown.",
    "loss-not-confirmed": "It would delete for good what players have, and nobody has confirmed that.",
    "live-duplicate": "Game Center has the achievement more than once.",
    "live-archived": "The achievement is archived in Game Center.",
    "archived-not-live": "It is to be archived, and is not there.",
    "attribute-immutable": "It is there with another value of something that can never be changed.",
    "identifier-immutable": "It is there under an id that differs in capitals only; an id can never be changed.",
    "not-a-draft": "It is to be deleted, and is not a draft; Game Center deletes drafts only.",
    **{kind.failed: f"Its {kind.noun.one} did not go through." for kind in _RESOURCES},
    **{kind.unknown: f"It is not known yet whether its {kind.noun.one} is there." for kind in _RESOURCES},
    "localization-failed": "The text that its picture belongs to did not go through.",
    "localization-unknown": "It is not known yet whether the text that its picture belongs to is there.",
    "no-version": "The service shows no version of the achievement to put it under.",
    "version-failed": "The new version of its achievement could not be opened.",
    "version-unknown": "It is not known yet whether the new version of its achievement is there.",
    "version-refused": "The service refused to open a new version.",
    "identifier-taken": "The service says the identifier is taken, and a look-up did not show by whom.",
    "no-answer": "It was sent, and no usable answer came.",
    "upload-failed": "A part of the picture could not be uploaded.",
    "upload-not-followed": "The service asked for an upload to an address that is not safe to send to.",
    "image-processing": "The service was still processing the picture when the run ended.",
    "image-gone": "The picture was there when the file was checked, and is not any more.",
    "image-changed": "The picture is not the one that was checked.",
    "image-not-looked-at": "The picture was not looked at by a check, so nothing is known of it.",
    "not-live": "It is to be handed to review, and is not in Game Center, or is there more than once.",
    "not-complete": "It is to be handed to review, and has no language with a picture.",
    "submission-full": "The review submission holds as many items as it may.",
    "duplicate-row": "It says the same as another row, and shares its request and id.",
    "folded": "Another row for the same player and achievement was taken instead.",
    "lower-than-sent": "It is lower than what was sent before.",
    "zero-not-sent": "0 % is not sent unless asked for.",
    "achievement-not-live": "The app has no such achievement.",
    "contradicting-rows": "Another row says something else for the same achievement, localization or player.",
    "outcome-unknown": "A score that was sent before without an answer; sent again it might count twice.",
}
