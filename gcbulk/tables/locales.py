"""The locales that Game Center accepts, and what people write instead of them.

A suggestion is only shown, never applied.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementlocalization
"""

from __future__ import annotations

from difflib import get_close_matches

from gcbulk.tables.vocabulary import letters, words

ACCEPTED = words(
    "ar-SA ca cs da de-DE el en-AU en-CA en-GB en-US es-ES es-MX fi fr-CA fr-FR he hi hr hu id it ja ko ms nl-NL no pl "
    "pt-BR pt-PT ro ru sk sv th tr uk vi zh-Hans zh-Hant"
)
"""Locales that the service takes."""

UNTESTED = words("bn-BD gu-IN kn-IN ml-IN mr-IN or-IN pa-IN sl-SI ta-IN te-IN ur-PK")
"""Newer locales of App Store Connect; whether Game Center takes them is not known."""

_MEANT = {
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "es-419": "es-MX",
    "en-uk": "en-GB",
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "en": "en-US",
    "es": "es-ES",
    "de": "de-DE",
    "fr": "fr-FR",
    "nl": "nl-NL",
    "ar": "ar-SA",
    # Countries whose code is no language's: people take one for the other.
    "us": "en-US",
    "gb": "en-GB",
    "jp": "ja",
    "cn": "zh-Hans",
    "tw": "zh-Hant",
    "kr": "ko",
    "br": "pt-BR",
    "mx": "es-MX",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "se": "sv",
    "ua": "uk",
    "vn": "vi",
    # The codes of three letters.
    "eng": "en-US",
    "deu": "de-DE",
    "ger": "de-DE",
    "fra": "fr-FR",
    "fre": "fr-FR",
    "spa": "es-ES",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "nld": "nl-NL",
    "rus": "ru",
    "tur": "tr",
    "pol": "pl",
}
_EITHER = {"pt": ("pt-BR", "pt-PT"), "por": ("pt-BR", "pt-PT"), "zh": ("zh-Hans", "zh-Hant")}
_NAMES = {
    "ar-SA": "Arabic|العربية|Arabisch",
    "ca": "Catalan|Català",
    "cs": "Czech|Čeština",
    "da": "Danish|Dansk",
    "de-DE": "German|Deutsch|German (Germany)|Allemand|Alemán|Tedesco",
    "el": "Greek|Ελληνικά",
    "en-AU": "English (Australia)|Australian English",
    "en-CA": "English (Canada)|Canadian English",
    "en-GB": "English (U.K.)|English (United Kingdom)|British English|English (Great Britain)",
    "en-US": "English|English (U.S.)|English (United States)|American English|US English|Englisch|Anglais|Inglés",
    "es-ES": "Spanish|Español|Spanish (Spain)|Spanisch|Espagnol|Castellano",
    "es-MX": "Spanish (Mexico)|Mexican Spanish|Spanish (Latin America)|Latin American Spanish|Español (México)",
    "fi": "Finnish|Suomi",
    "fr-CA": "French (Canada)|Canadian French|Français (Canada)",
    "fr-FR": "French|Français|French (France)|Französisch|Francés|Francese",
    "he": "Hebrew|עברית",
    "hi": "Hindi|हिन्दी",
    "hr": "Croatian|Hrvatski",
    "hu": "Hungarian|Magyar",
    "id": "Indonesian|Bahasa Indonesia",
    "it": "Italian|Italiano|Italienisch|Italien",
    "ja": "Japanese|日本語|Japanisch|Japonais",
    "ko": "Korean|한국어|Koreanisch",
    "ms": "Malay|Bahasa Melayu",
    "nl-NL": "Dutch|Nederlands|Niederländisch",
    "no": "Norwegian|Norsk|Norwegian Bokmål|Bokmål",
    "pl": "Polish|Polski|Polnisch",
    "pt-BR": "Portuguese (Brazil)|Brazilian Portuguese|Português (Brasil)|Portuguese (BR)|Brazilian",
    "pt-PT": "Portuguese (Portugal)|European Portuguese|Português (Portugal)",
    "ro": "Romanian|Română",
    "ru": "Russian|Русский|Russisch",
    "sk": "Slovak|Slovenčina",
    "sv": "Swedish|Svenska|Schwedisch",
    "th": "Thai|ไทย",
    "tr": "Turkish|Türkçe|Türkisch",
    "uk": "Ukrainian|Українська",
    "vi": "Vietnamese|Tiếng Việt",
    "zh-Hans": "Simplified Chinese|Chinese (Simplified)|简体中文|Chinese (China)|Mandarin",
    "bn-BD": "Bengali|Bangla",
    "gu-IN": "Gujarati",
    "kn-IN": "Kannada",
    "ml-IN": "Malayalam",
    "mr-IN": "Marathi",
    "or-IN": "Odia",
    "pa-IN": "Punjabi",
    "sl-SI": "Slovenian|Slovenščina",
    "ta-IN": "Tamil",
    "te-IN": "Telugu",
    "ur-PK": "Urdu",
    "zh-Hant": "Traditional Chinese|Chinese (Traditional)|繁體中文|Chinese (Taiwan)",
}
"""What people call each language: first in English, then in itself, then in other languages."""
_LANGUAGES = {letters(name): locale for locale, names in _NAMES.items() for name in names.split("|")}
_EITHER_WORD = {
    letters(name): _EITHER[code]
    for name, code in {
        "Portuguese": "pt",
        "Português": "pt",
        "Portugiesisch": "pt",
        "Chinese": "zh",
        "中文": "zh",
        "Chinesisch": "zh",
        "Chinois": "zh",
    }.items()
}
_BY_LOWER = {locale.lower(): locale for locale in ACCEPTED | UNTESTED}
_NEAR = 0.75


def language(locale: str) -> str:
    """What a locale's language is called in English; the locale itself where it is not known.

    Example:
        >>> language("de-DE"), language("xx")
        ('German', 'xx')
    """
    return _NAMES.get(locale, locale).partition("|")[0]


def suggestion(text: str) -> str | None:
    """The locale that was probably meant.

    Args:
        text: what stands in the cell or the header.

    Returns:
        One of App Store Connect's locales, or None when nothing comes to mind.
    """
    return next(iter(_meant(text)), None)


def names_language(text: str) -> bool:
    """Whether a text is the name of a language, in English or in itself, and no code.

    Args:
        text: a part of a header, such as ``German`` or ``Chinese (Simplified)``.
    """
    return len(letters(text)) > 1 and letters(text) in _LANGUAGES.keys() | _EITHER_WORD.keys()


def advice(text: str) -> str:
    """What to write instead of a locale that is none, as a sentence.

    Args:
        text: what stands in the cell or the header.

    Returns:
        A sentence that names the locale that was probably meant, or the nearest, or examples.
    """
    meant = _meant(text) or tuple(get_close_matches(_plain(text), _BY_LOWER, n=1, cutoff=_NEAR))
    if not meant:
        return "Write one such as en-US, de-DE or ja."
    named = " or ".join(f'"{_BY_LOWER[locale.lower()]}"' for locale in meant)
    return f"Write {named} if that is meant."


def _meant(text: str) -> tuple[str, ...]:
    """The locales that were probably meant: one, two where either may be, or none."""
    wanted, word = _plain(text), letters(text)
    known = _BY_LOWER.get(wanted) or _MEANT.get(wanted) or _LANGUAGES.get(word)
    if known:
        return (known,)
    if either := _EITHER.get(wanted) or _EITHER_WORD.get(word):
        return either
    return _meant(wanted.rsplit("-", 1)[0]) if "-" in wanted else ()


def _plain(text: str) -> str:
    """A locale in the form of the lists above."""
    return text.strip().lower().replace("_", "-")
