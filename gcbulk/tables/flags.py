"""The words that mean yes and no.

What comes in: nothing. What goes out: two sets of words, in lower case. A word is here only when it says the same in
every language it occurs in; marks that people use both ways (✗, ☒, -) are left out and asked about.
"""

from __future__ import annotations

from gcbulk.tables.vocabulary import words

YES = words(
    "1 1.0 yes y true t on x ✓ ✔ ✔\ufe0f ✅ ☑ ☑\ufe0f ja wahr oui vrai sí si sì verdadero vero sim verdadeiro waar tak "
    "да はい 是"
)
"""What means yes, in lower case."""

NO = words("0 0.0 no n false f off nein falsch non faux falso não nao nee onwaar nie nej nei нет いいえ 否")
"""What means no, in lower case."""
