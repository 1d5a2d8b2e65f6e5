"""Words that carry no weight in a question, by language."""

from __future__ import annotations

from functools import cache

# Function words only. The list that the package `stop-words` has for English holds
# 1,333 words, among them `computer`, `research`, `state`, `million` and `first`: words
# that questions are about. Its lists for other languages are of the ordinary kind.
_ENGLISH = """
a about above after again against all also am an and any are arent as at be because been
before being below between both but by can cannot cant could couldnt did didnt do does
doesnt doing dont done down during each either else ever few for from further get gets
got had hadnt has hasnt have havent having he her here hers herself him himself his how
however i if in into is isnt it its itself just let lot many may me
might mine more most much must my
myself neither no nor not of off on once only onto or other ought our ours ourselves out
over own per please quite rather really same shall shant she should shouldnt since so
some such tell than that the their theirs them themselves then there these they this
those though through thus to too toward towards under unless until up upon us very via
was wasnt we were werent what whatever when whenever where wherever whether which
whichever while who whoever whom whose why will with within without wont would wouldnt
yes yet you your yours yourself yourselves
"""

_PACKAGE_CODES = {"no": "nb", "nn": "nb"}


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language as the package or this module lists them.

    Args:
        language: ISO 639-1 code.

    Returns:
        Words in lower case; empty for a language that has no list.
    """
    if language == "en":
        return frozenset(_ENGLISH.split())
    from stop_words import safe_get_stop_words  # type: ignore[import-untyped]

    return frozenset(safe_get_stop_words(_PACKAGE_CODES.get(language, language)))
