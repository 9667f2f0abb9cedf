"""Files of other stores: named for what they are where they cannot be read, and read where they can."""

from __future__ import annotations

from pathlib import Path

import pytest

import gcbulk
from gcbulk.runs.shared.reading import ReadOptions, check_any

PLAY = 'First Lamp,Light one lamp,False,,Revealed,10,1\nThief,"Find the thief, soon",True,500,Hidden,100,3\n'
FILES: dict[str, tuple[str, str]] = {
    "Google Play": (PLAY, "AchievementsMetadata.csv, which has no headers"),
    "Google Play, commas": ("First,Light one, or two,False,,Revealed,10,1\n", "AchievementsMetadata.csv"),
    "Google Play, headers": (
        "Name,Description,Incremental value,Steps Needed,Initial State,Points,List Order\n" + PLAY,
        "Google Play's AchievementsMetadata.csv",
    ),
    "its languages": (
        "First Lamp,Première lampe,Allumez une lampe,fr-FR\nThief,点灯贼,找到小偷,zh-CN\n",
        "AchievementsLocalizations.csv, which has no headers",
    ),
    "its pictures": ("First Lamp,first.png\nThief,thief.JPG\n", "AchievementsIconsMappings.csv"),
    "Epic": ("name,hidden,statThresholds\nFIRST_LAMP,FALSE,\n", "Epic's achievementDefinitions.csv"),
    "Epic with XP": ("name,hidden,statThresholds,user_epic_achievements_xp\nA,TRUE,,5\n", "Epic's"),
    "its texts": (
        "name,locale,lockedTitle,lockedDescription,unlockedTitle,unlockedDescription,flavorText,lockedIcon,unlockedIcon\n"
        "A,default,First,Light,First,You lit,,a.png,b.png\n",
        "Epic's achievementLocalizations.csv",
    ),
    "its stats": ("name,aggregationType\nSTEPS,SUM\n", "Epic's stats.csv"),
    "Unity": ("ID,Progress_Target,Unity.Steam,Unity.GameKit\nfirst,1,ACH,com.a\n", "Unity's"),
}


@pytest.mark.parametrize(("text", "words"), FILES.values(), ids=FILES.keys())
@pytest.mark.parametrize("kind", [None, "achievements", "submissions", "scores"])
def test_another_stores_table_is_named(tmp_path: Path, text: str, words: str, kind: str | None) -> None:
    """Whatever is wanted of it, the one thing said is what the file is, and what to do."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    checked = check_any(path, kind, ReadOptions())
    assert checked.issues["code"].tolist() == ["other-store-table"]
    assert words in checked.issues["message"].iloc[0]
    assert "gcbulk template" in checked.issues["message"].iloc[0]
    assert checked.file_errors


def test_a_table_that_can_be_read_is_read(tmp_path: Path) -> None:
    """Columns of another store beside Game Center's own are columns that are not used."""
    path = tmp_path / "table.csv"
    path.write_text(
        "Name,Hidden,statThresholds,Achievement ID,Points,Achievable More Than Once,Reference Name\n"
        "First,No,,com.a.first,5,No,First\n",
        encoding="utf-8",
    )
    assert gcbulk.check(path).ok
