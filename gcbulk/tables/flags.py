"""The words that mean yes and no.

Only words that mean the same in every language they occur in are listed. Marks that people use both ways (✗, ☒, -) are
left out, so that the user is asked about them.
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
