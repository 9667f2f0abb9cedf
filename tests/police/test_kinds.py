"""What a kind declares stands nowhere else, and a key is joined for whoever reads it and never taken apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from sources import named_trees, texts

from gcbulk.kinds import CONTENT
from gcbulk.records import Role, joined

RESOURCES = [kind.resource for kind in CONTENT.values()]
BETWEEN = joined(("", ""))
JOINERS = {
    "records/resources.py",  # `joined`
    "reporting/submissions.py",  # a player and an achievement, for a million rows at once
}
TAKES_APART = {"split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix"}


def without_simulator() -> dict[str, ast.Module]:
    """Every module but the simulator's, which shares nothing with the rest."""
    return {name: tree for name, tree in named_trees().items() if not name.startswith("simulator/")}


def compared(tree: ast.AST) -> Iterator[ast.expr]:
    """Everything that something is compared with or matched against, each part of a tuple for itself."""
    for node in ast.walk(tree):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        sides += [node.value] if isinstance(node, ast.MatchValue) else []
        for side in sides:
            yield from getattr(side, "elts", [side])


def test_one_place_knows_what_stands_between_the_parts_of_a_key() -> None:
    """An identifier may hold the separator, so no joined key is parsed back; who cannot write it cannot look for it."""
    assert {
        name for name, tree in without_simulator().items() if any(BETWEEN in text for text in texts(tree))
    } == JOINERS


def test_no_key_is_taken_apart() -> None:
    """Neither a step's key nor its name is split: its parts are there."""
    found = {
        f"{name}:{node.lineno}"
        for name, tree in without_simulator().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in TAKES_APART and isinstance(node.value, ast.Attribute)
        if node.value.attr in ("key", "name", "parent", "version") and "step" in ast.unparse(node.value)
    }
    assert found == set()


def test_a_word_is_never_compared() -> None:
    """Code goes by the role: a comparison with a word would pass over every kind but one."""
    # The word for a review is a command's as well.
    words = {word for resource in RESOURCES for role, word in resource.words.items() if role is not Role.REVIEW}
    found = {
        f"{name}:{part.lineno}"
        for name, tree in without_simulator().items()
        for part in compared(tree)
        if (isinstance(part, ast.Constant) and part.value in words)
        or (isinstance(part, ast.Attribute) and part.attr == "word")
    }
    assert found == set()


def test_what_the_service_calls_a_kind_stands_in_its_declaration() -> None:
    """Types and relationships of a kind are declared, so that another kind is another declaration."""
    own = {one.type.removesuffix("s") for one in RESOURCES}
    astray = {
        name
        for name, tree in without_simulator().items()
        if not name.startswith("kinds/") and any(word in text for text in texts(tree) for word in own)
    }
    assert astray == set()


def test_who_plans_sends_and_pulls_knows_no_kind_by_name() -> None:
    """Whatever a module needs of a kind it takes from `CONTENT` or a `Resource`, so that it serves every kind."""
    found = {
        name
        for name, tree in without_simulator().items()
        if not name.startswith("kinds/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and f"{node.module}".startswith("gcbulk.kinds.achievement")
    }
    assert not found, f"{found} import achievements; take what they need from gcbulk.kinds.CONTENT"


def test_every_kind_has_words_of_its_own_for_every_role() -> None:
    """Two things of one id must not be one in the journal; achievements keep the words that old journals hold."""
    lacking = {resource.kind: {*Role} - {*resource.words} for resource in RESOURCES if {*Role} - {*resource.words}}
    assert not lacking, f"`words` of a Resource has every Role, those the kind has no use for too: {lacking}"
    words = [word for resource in RESOURCES for word in resource.words.values()]
    twice = {word for word in words if words.count(word) > 1}
    assert not twice, f"another kind has these words already, so old journals could be misread: {twice}"
    assert {"achievement", "localization", "image", "version", "order", "review"} <= set(words)
