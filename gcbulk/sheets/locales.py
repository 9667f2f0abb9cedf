"""The languages that Game Center takes, and what people write instead.

What comes in: a text that should be a locale. What goes out: whether it is one, and which one may have been meant.
A suggestion is only ever said, never applied.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementlocalization
"""

from __future__ import annotations

from gcbulk.sheets.vocabulary import words

ACCEPTED = words(
    "ar-SA ca cs da de-DE el en-AU en-CA en-GB en-US es-ES es-MX fi fr-CA fr-FR he hi hr hu id it ja ko ms nl-NL no pl "
    "pt-BR pt-PT ro ru sk sv th tr uk vi zh-Hans zh-Hant"
)
"""Locales that the service takes."""

UNTESTED = words("bn-BD gu-IN kn-IN ml-IN mr-IN or-IN pa-IN sl-SI ta-IN te-IN ur-PK")
"""Newer locales of App Store Connect; whether Game Center takes them is not known."""

_MEANT = {
    "zh-cn": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "nb": "no",
    "nn": "no",
    "en": "en-US",
    "es": "es-ES",
    "de": "de-DE",
    "fr": "fr-FR",
    "nl": "nl-NL",
    "ar": "ar-SA",
}
_LANGUAGES = {
    "english": "en-US",
    "german": "de-DE",
    "deutsch": "de-DE",
    "french": "fr-FR",
    "français": "fr-FR",
    "spanish": "es-ES",
    "español": "es-ES",
    "italian": "it",
    "italiano": "it",
    "japanese": "ja",
    "日本語": "ja",
    "korean": "ko",
    "한국어": "ko",
    "dutch": "nl-NL",
    "russian": "ru",
    "turkish": "tr",
    "polish": "pl",
    "simplified chinese": "zh-Hans",
    "chinese (simplified)": "zh-Hans",
    "traditional chinese": "zh-Hant",
    "chinese (traditional)": "zh-Hant",
}
_BY_LOWER = {locale.lower(): locale for locale in ACCEPTED | UNTESTED}


def suggestion(text: str) -> str | None:
    """The locale that was probably meant.

    Args:
        text: what stands in the cell or the header.

    Returns:
        One of App Store Connect's locales, or None when nothing comes to mind.
    """
    wanted = text.strip().lower().replace("_", "-")
    known = _BY_LOWER.get(wanted) or _MEANT.get(wanted) or _LANGUAGES.get(wanted)
    if known or "-" not in wanted:
        return known
    return suggestion(wanted.rsplit("-", 1)[0])


def advice(text: str) -> str:
    """What to write instead of a locale that is none, as a sentence.

    Args:
        text: what stands in the cell or the header.

    Returns:
        A sentence that names the locale that was probably meant, or examples.
    """
    meant = suggestion(text)
    return f'Write "{meant}" if that is meant.' if meant else "Write one such as en-US, de-DE or ja."
