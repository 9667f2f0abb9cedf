"""One self-contained page that shows things as players see them, and on top what is ready, by language.

Texts of people's cells are escaped, and a policy in the page allows no script but its own, and no address but pictures
that stand in the page itself. The cards follow Apple's description: a picture in a circle, two lines for the title and
two for the description, then the text is cut. Fonts, widths and the place of the points differ from device to device.

Source: https://developer.apple.com/design/human-interface-guidelines/game-center
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

from gcbulk.records import Issue, Severity
from gcbulk.reporting.readiness import GOOD, Item, Readiness, Standing, Text
from gcbulk.sheets.pictures import Thumbnail
from gcbulk.tables import locales
from gcbulk.tables.issues import printable
from gcbulk.wording import counted

_RIGHT_TO_LEFT = ("ar", "he", "ur")
_CLASS = {
    Standing.READY: "ready",
    Standing.DOUBTFUL: "doubtful",
    Standing.WRONG: "wrong",
    Standing.MISSING: "missing",
}


def preview_page(
    found: Readiness,
    thumbnails: Mapping[str, Thumbnail],
    *,
    source: str,
    at: datetime,
    style: str,
    symbols: str,
    script: str,
) -> str:
    """The page.

    Args:
        found: the things and what is said of them.
        thumbnails: the pictures by their digest; where one is not there, a placeholder is shown.
        source: the file's name.
        at: when the page is made, in UTC.
        style: the style sheet, without the rules for the languages.
        symbols: an SVG element that defines the marks and icons.
        script: what marks texts that are cut, counts and finds; the page works without it.

    Returns:
        HTML that loads nothing.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = _safe(source)
    return "".join(
        (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            f"<title>{title}: preview</title><style>{style}{_language_rules(found.languages)}</style></head><body>",
            symbols,
            '<a class="skip" href="#cards">Skip to the cards</a>',
            _band(found, title, at),
            '<main class="wrap">',
            _whole(found.issues),
            _matrix(found),
            _cards(found, thumbnails),
            f'</main><footer class="wrap"><p>{_SKETCH}</p><p>Written by gcbulk from <bdi>{title}</bdi>. The page ',
            f"holds everything it shows and loads nothing.</p></footer><script>{script}</script></body></html>\n",
        )
    )


_SKETCH = (
    "A sketch of the card in Game Center, not a copy of it: fonts and widths differ from device to device. Titles and "
    'descriptions get two lines; <mark class="cut">what is marked like this</mark> would be cut.'
)


def _language_rules(languages: Sequence[str]) -> str:
    """What a chosen language hides: the cards' texts in others, and with a filter the cards that are fine in it."""
    return "".join(
        f"body:has(#l-{one}:checked) [data-in]:not([data-in={one}])"
        f",body:has(#l-{one}:checked):has(#f-problems:checked) .card:not([data-problems~={one}])"
        f",body:has(#l-{one}:checked):has(#f-missing:checked) .card:not([data-missing~={one}])"
        "{display:none}"
        f"body:has(#l-{one}:checked) :is(td,thead th):nth-child({number}){{background:var(--now)}}"
        for number, one in enumerate(languages, 3)
    )


def _band(found: Readiness, title: str, at: datetime) -> str:
    """What the file is, and what stands how."""
    items = found.items
    standings = [standing for item in items for standing in item.standings]
    texts = [standing for item in items for standing in item.text_standings.values()]
    pictures = [standing for item in items for standing in item.picture_standings.values()]
    figures = (
        ("Ready for review", "", sum(item.is_ready for item in items), len(items)),
        ("To fix", _mark(Standing.WRONG), standings.count(Standing.WRONG), None),
        ("Missing", _mark(Standing.MISSING), standings.count(Standing.MISSING), None),
        ("Worth a look", _mark(Standing.DOUBTFUL), standings.count(Standing.DOUBTFUL), None),
        ("Texts", "", sum(one in GOOD for one in texts), len(texts)),
        ("Pictures", "", sum(one in GOOD for one in pictures), len(pictures)),
        *_sums_of_points(found),
    )
    cells = "".join(
        f"<div><dt>{name}</dt><dd>{mark}<b>{count:,}</b>{'' if most is None else f' of {most:,}'}</dd></div>"
        for name, mark, count, most in figures
    )
    return (
        f'<header><div class="wrap"><p class="above">Game Center preview</p><h1><bdi>{title}</bdi></h1><p class="by">'
        f'<time datetime="{at:%Y-%m-%dT%H:%MZ}">{at.day} {at:%b %Y, %H:%M} UTC</time></p>'
        f'<dl class="figures">{cells}</dl></div></header>'
    )


def _sums_of_points(found: Readiness) -> Iterator[tuple[str, str, int, int | None]]:
    """What the things of each kind that has points are worth together, and the most of it that may be."""
    for items in found.by_kind.values():
        kind = items[0].kind
        if name := kind.card.points:
            most = next((limit.most for limit in kind.resource.limits if limit.of == name), None)
            yield kind.things.column(name).title, "", sum(item.points or 0 for item in items), most


def _whole(issues: Sequence[Issue]) -> str:
    """What is said of the file, of a sheet or of rows that are no card."""
    if not issues:
        return ""
    return (
        '<section aria-labelledby="h-file"><div class="head"><h2 id="h-file">About the file</h2></div>'
        f'<div class="whole">{_problems(issues)}</div></section>'
    )


def _matrix(found: Readiness) -> str:
    """What is ready, for each thing and language, in a table for each kind."""
    legend = "".join(f"<span>{_mark(one)}{one}</span>" for one in Standing)
    numbers = itertools.count(1)
    tables = "".join(_table(items, found.languages, numbers) for items in found.by_kind.values())
    return (
        '<section aria-labelledby="h-ready"><div class="head"><h2 id="h-ready">What is ready</h2>'
        f'<p class="legend">{legend}</p></div>{tables}</section>'
    )


def _table(items: Sequence[Item], languages: Sequence[str], numbers: Iterator[int]) -> str:
    """The things of one kind; their numbers are those of their cards."""
    noun, has_pictures = items[0].kind.resource.noun.one, items[0].kind.resource.image is not None
    icons = "".join(f"<b>{_icon(one)}</b>" for one in ("text", "picture")[: 1 + has_pictures])
    heads = "".join(
        f'<th scope="col"><bdi lang="{one}">{_safe(locales.language(one))}</bdi><small>{one}</small>'
        f'<span class="pair" aria-hidden="true">{icons}</span></th>'
        for one in languages
    )
    marks = "The first mark of a language is its text, the second its picture."
    caption = marks if has_pictures else "The mark of a language is its text."
    return (
        '<div class="matrix" tabindex="0" role="region" '
        f'aria-label="What is ready, by {noun} and language"><table><caption class="unseen">{caption}</caption>'
        f'<thead><tr><th scope="col" class="name">{noun.capitalize()}'
        f'</th><th scope="col">Row</th>{heads}<th scope="col" class="reviewed">Ready for review</th></tr></thead>'
        f"<tbody>{''.join(_row(next(numbers), item) for item in items)}</tbody>"
        f"<tfoot>{_sums(items, languages)}</tfoot></table></div>"
    )


def _row(number: int, item: Item) -> str:
    cells = "".join(
        f'<td><a href="#c-{number}" data-to="l-{one}" aria-label="{_spoken(item, one)}">'
        f"{''.join(map(_mark, item.standings_in(one)))}</a></td>"
        for one in item.text_standings
    )
    reviewed = "<b>Ready</b>" if item.is_ready else "Not yet"
    return (
        f'<tr><th scope="row" class="name"><a href="#c-{number}"><bdi>{_safe(item.title)}</bdi></a></th>'
        f'<td>{_mark(item.row)}<span class="unseen">row {item.row}</span></td>{cells}'
        f'<td class="reviewed">{reviewed}</td></tr>'
    )


def _spoken(item: Item, language: str) -> str:
    """What the marks of a language say."""
    parts = zip(("text", "picture"), item.standings_in(language), strict=False)
    return ", ".join(f"{part} {standing}" for part, standing in parts)


def _sums(items: Sequence[Item], languages: Sequence[str]) -> str:
    count = len(items)
    cells = ""
    for one in languages:
        standings = zip(*(item.standings_in(one) for item in items), strict=True)
        figures = "".join(f"<span>{sum(one in GOOD for one in column)}</span>" for column in standings)
        cells += f'<td><span class="sums">{figures}</span><small>of {count}</small></td>'
    ready = f'<td class="reviewed">{sum(item.is_ready for item in items)} of {count}</td>'
    return f'<tr><th scope="row" class="name">Ready</th><td></td>{cells}{ready}</tr>'


def _cards(found: Readiness, thumbnails: Mapping[str, Thumbnail]) -> str:
    """The choices, and a card for each thing."""
    named = [(one, f'<bdi lang="{one}">{_safe(locales.language(one))}</bdi>') for one in found.languages]
    choices = (
        _choice("Language", "l", named, chosen=found.languages[0] if found.languages else ""),
        _choice("State", "s", _STATES, chosen="earned"),
        _choice("Show", "f", _FILTERS, chosen="all"),
    )
    cards = "".join(_card(number, item, found, thumbnails) for number, item in enumerate(found.items, 1))
    return (
        '<section aria-labelledby="h-cards"><div class="head"><h2 id="h-cards">As players see it</h2>'
        f'<p><output id="count" aria-live="polite">{counted(len(found.items), "card")}</output></p></div>'
        f'<form class="bar" id="choices" autocomplete="off">{"".join(choices)}<label class="find">Find'
        '<input type="search" id="find" placeholder="Title or id"></label></form>'
        f'<div id="cards" class="cards">{cards}</div><p class="empty" id="empty" hidden>No card fits these filters.</p>'
        "</section>"
    )


_STATES = (("locked", "Locked"), ("going", "In progress"), ("earned", "Earned"), ("both", "Both texts"))
_FILTERS = (("all", "All"), ("problems", "Problems"), ("missing", "Missing"))


def _choice(legend: str, name: str, options: Iterable[tuple[str, str]], *, chosen: str) -> str:
    buttons = "".join(
        f'<input type="radio" name="{name}" id="{name}-{value}"{" checked" if value == chosen else ""}>'
        f'<label for="{name}-{value}">{label}</label>'
        for value, label in options
    )
    return f'<fieldset class="choice"><legend>{legend}</legend><div>{buttons}</div></fieldset>' if buttons else ""


def _card(number: int, item: Item, found: Readiness, thumbnails: Mapping[str, Thumbnail]) -> str:
    missing = [one for one in found.languages if Standing.MISSING in item.standings_in(one)]
    bad = [one for one in found.languages if item.row not in GOOD or Standing.WRONG in item.standings_in(one)]
    shown = next((thumbnails[one] for one in item.pictures.values() if one in thumbnails), None)
    tint = f' style="--tint:{",".join(map(str, shown.tint))}"' if shown else ""
    more = "<span>can be earned again</span>" if item.is_repeatable else ""
    elsewhere = [one for language, own in item.issues_in.items() if language not in found.languages for one in own]
    said = _problems([*item.issues, *elsewhere]) + "".join(
        _problems(item.issues_in.get(one, ()), language=one) for one in found.languages
    )
    return (
        f'<article class="card{" secret" if item.is_hidden else ""}" id="c-{number}" tabindex="-1" '
        f'data-problems="{" ".join(bad)}" data-missing="{" ".join(missing)}"><div class="face"{tint}>'
        f'{_pictures(item, found.languages, thumbnails)}<div class="ring" aria-hidden="true"></div>'
        f"{''.join(_text(item, one) for one in found.languages)}{_state(item)}</div>"
        f'<div class="back"><p class="about"><code><bdi>{_safe(item.identifier) or "no id"}</bdi></code>{more}</p>'
        f"{said}</div></article>"
    )


def _state(item: Item) -> str:
    """How far the player is, of what can be earned, and what it is worth, of what has points."""
    card, parts = item.kind.card, ""
    if card.after:
        locked = f"{_icon('eye')}Hidden" if item.is_hidden else f"{_icon('lock')}Locked"
        parts = f'<span class="locked">{locked}</span><span class="going">60 % done</span>'
        parts += f'<span class="earned">{_icon("star")}Earned</span>'
    if card.points:
        count = item.points
        points = "? points" if count is None else f"<b>{count}</b> {'point' if count == 1 else 'points'}"
        parts += f'<span class="points">{points}</span>'
    return f'<p class="state">{parts}</p>' if parts else ""


def _pictures(item: Item, languages: Sequence[str], thumbnails: Mapping[str, Thumbnail]) -> str:
    """The picture, once where it is the same in every language; nothing of a kind without pictures."""
    if item.kind.resource.image is None:
        return ""
    faces = {one: _picture(item, one, thumbnails) for one in languages}
    if len(set(faces.values())) < 2:
        return next((f'<div class="picture{face}</div>' for face in faces.values()), "")
    return "".join(f'<div data-in="{one}" class="picture{face}</div>' for one, face in faces.items())


def _picture(item: Item, language: str, thumbnails: Mapping[str, Thumbnail]) -> str:
    """The rest of the element that holds it, from its class on."""
    shown = thumbnails.get(item.pictures.get(language, ""))
    if shown is not None:
        return f'"><img src="{shown.address}" alt="" width="132" height="132">'
    kind = " wrong" if item.picture_standings.get(language) is Standing.WRONG else ""
    return f' none{kind}" role="img" aria-label="No picture">{_icon("picture")}'


def _text(item: Item, language: str) -> str:
    direction = ' dir="rtl"' if language.partition("-")[0] in _RIGHT_TO_LEFT else ""
    text = item.texts.get(language)
    if text is None:
        name = f'<bdi lang="{language}">{_safe(locales.language(language))}</bdi>'
        return f'<div class="text gap" data-in="{language}"><h3>{_safe(item.title)}</h3><p>Not in {name} yet</p></div>'
    return (
        f'<div class="text" data-in="{language}" lang="{language}"{direction}><h3>{_safe(text.name)}</h3>'
        f"{_descriptions(item, text)}</div>"
    )


def _descriptions(item: Item, text: Text) -> str:
    """What players read below the title: before and after they earn it, or all the time."""
    if item.kind.card.after:
        return f'<p class="before">{_safe(text.before)}</p><p class="after">{_safe(text.after)}</p>'
    return f"<p>{_safe(text.before)}</p>" if item.kind.card.before else ""


def _problems(issues: Sequence[Issue], *, language: str = "") -> str:
    """A list of problems, shown with one language where they belong to one."""
    lines = "".join(
        f"<li>{_mark(Standing.WRONG if issue.severity is Severity.ERROR else Standing.DOUBTFUL)}<div>"
        f'<p>{_safe(issue.message)}</p><p class="at"><bdi>{_safe(issue.where)}</bdi> <code>{_safe(issue.code)}</code>'
        "</p></div></li>"
        for issue in issues
    )
    chosen = f' data-in="{language}"' if language else ""
    return f'<ul class="problems"{chosen}>{lines}</ul>' if lines else ""


def _mark(standing: Standing) -> str:
    return f'<svg class="mark {_CLASS[standing]}" aria-hidden="true"><use href="#{_CLASS[standing]}"/></svg>'


def _icon(name: str) -> str:
    return f'<svg class="icon" aria-hidden="true"><use href="#i-{name}"/></svg>'


def _safe(text: str) -> str:
    """A text in which nothing acts: no markup, and no character that steers what stands around it."""
    return escape("".join(char if _is_harmless(char) else printable(char) for char in text))


def _is_harmless(char: str) -> bool:
    return char.isprintable() or char in _JOINS or unicodedata.category(char) == "Zs"


_JOINS = "\u200c\u200d\u200e\u200f"
"""What languages need: joiners of letters, and marks of direction that end with their neighbour."""
