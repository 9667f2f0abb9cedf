"""What a code means: every code that a user can meet is explained, and one that is none is not."""

from __future__ import annotations

import pytest

from gcbulk.errors import SettingsError
from gcbulk.files.file_codes import FILE_CODES
from gcbulk.planning.codes import RUN_CODES
from gcbulk.records import OutcomeKind
from gcbulk.reporting.explaining import SERVICE_CODES, explained
from gcbulk.tables.codes import CODES


def test_every_code_is_explained() -> None:
    """Whatever stands behind a line of a report or a message has a meaning, in any case and in its brackets."""
    for code in (*CODES, *FILE_CODES, *RUN_CODES, *OutcomeKind, *SERVICE_CODES):
        told = explained(code, FILE_CODES, RUN_CODES)
        assert len(told) >= 2
        assert told[0].lower().startswith(code.lower())
        assert explained(f"[{code.upper()}]", FILE_CODES, RUN_CODES)[1:] == told[1:]


def test_a_code_of_apple_that_is_not_known_is_explained_by_its_beginning() -> None:
    """Apple's codes have parts; one that nobody has seen means at least what its first parts mean."""
    told = explained("ENTITY_ERROR.ATTRIBUTE.INVALID.SOMETHING_NEW", FILE_CODES, RUN_CODES)
    assert told[0] == "ENTITY_ERROR.ATTRIBUTE.INVALID.SOMETHING_NEW (Apple's own)"
    assert told[1] == SERVICE_CODES["ENTITY_ERROR.ATTRIBUTE.INVALID"][0]


@pytest.mark.parametrize(("code", "near"), [("duplicate-rows", "duplicate-row"), ("create", "created")])
def test_a_code_that_is_none_is_refused_with_what_is_near(code: str, near: str) -> None:
    """A misspelt code is not explained as something else."""
    with pytest.raises(SettingsError, match=rf"There is no code '{code}'\. Did you mean .*{near}"):
        explained(code, FILE_CODES, RUN_CODES)


def test_nonsense_is_refused() -> None:
    """Where nothing is near, the list of codes is named."""
    with pytest.raises(SettingsError, match=r"docs/codes\.md"):
        explained("%%%", FILE_CODES, RUN_CODES)
