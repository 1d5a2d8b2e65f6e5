"""Which sentences need the one before them to be understood.

Rules for English: what they do not know does not lean. Each asks whether somebody who
is shown the sentence alone would have to ask "who?", "which?" or "than what?". One that
only goes on from its predecessor ("Moreover, owls hunt") can stand alone.
"""

from __future__ import annotations

import re
from typing import Final

from index.terms import term_texts

# Words that name somebody or something by its role, so that it must have been named
# before. Followed by "of" or "who", they are explained in the sentence itself.
_ROLES: Final = (
    "former|latter|group|company|man|woman|boy|girl|two|three|four|pair|duo|trio|couple|"
    "agency|report|study|move|attack|decision|incident|suspect|victim|defendant|"
    "plaintiff|firm|team|band|accused|deceased|researchers|scientists|authors"
)

TIMES: Final = "year|week|month|morning|afternoon|evening|decade|century|days"
"""Of the time when something is said: "this year", "these days"."""

# What a document says of itself: "this study" is the one that is read. "This act" may
# be a deed; "this Act" is a law.
_ITSELF: Final = (
    "study|paper|article|work|report|review|trial|chapter|section|document|book|letter|"
    "thesis|page|table|figure|guide|manual|handbook|policy|agreement|contract|lease|"
    rf"(?-i:Act|Law)|{TIMES}"
)

_POINTING: Final = (
    r"he|she|it|they|hers|theirs|"
    r"(?:his|her|their)(?!\s+(?:majesty|highness|holiness|excellency|honou?r)\b)|its|"
    rf"this(?!\s+(?:{_ITSELF})\b)|that(?!\s+(?:the|an?|is\s+to\s+say)\b)|"
    r"these(?!\s+days\b)|"
    r"those(?!\s+(?:who|whose|that|which|in|with|of|from|at|on|\w+ing|\w+ed)\b)|"
    r"such(?!\s+(?:as|that|an?)\b)|(?:both|neither|either)(?![^.;]{1,60}\b(?:and|n?or)\b)|"
    r"another|others|"
    rf"the\s+(?:{_ROLES})(?!\s+(?:of|who|whose|that|which|from|with|where|to|in|at|behind)\b)|"
    r"(?:one|some|most|many|all|none|several|two|three|few|each|half|part|parts)\s+of\s+"
    r"(?:these|those|them|which|it)"
)
# They set a sentence against what was said, or draw it from that; "moreover" only adds.
_CONNECTING: Final = (
    r"however|but|so(?!(?:\s+(?:far|much|many|long)|-called)\b)|thus|therefore|hence|"
    r"then(?!-)|instead|otherwise|yet|nevertheless|nonetheless|conversely|likewise|"
    r"similarly|consequently|accordingly|in\s+contrast(?!\s+(?:to|with)\b)|by\s+contrast|"
    r"on\s+the\s+(?:contrary|other\s+hand)|as\s+a\s+(?:result|consequence)(?!\s+of\b)|"
    r"in\s+other\s+words|in\s+turn|for\s+(?:example|instance)"
)
_ADVERBIAL: Final = (
    r"(?:in|for|at|by|of|among|from|with|to|on|under|after|despite|during|until|before|"
    r"through|like|unlike|because\s+of)\s+"
    rf"(?:this(?!\s+(?:{_ITSELF})\b)|these(?!\s+days\b)|"
    r"that(?!\s+(?:the|an?)\b)|him|her(?!\s+\w)|it|them)"
)
# "In 2011 it was named", "When he arrived", "Two years later they met": only a time, so
# that nobody is named before the pronoun.
_TIMED: Final = (
    r"(?:(?:when|while|after|before|as|if|because|since|although|though|once)\s+|"
    r"(?:(?:in|on|at|by|from|until|since|during|after|before|around|later|earlier|the|"
    r"that|same|next|last|following|late|early|mid|two|three|four|five|six|seven|"
    r"eight|nine|ten|an?|few|several|years?|months?|weeks?|days?|hours?|today|yesterday|"
    r"tonight|morning|afternoon|evening|night|spring|summer|autumn|fall|winter|end|"
    r"(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[\d:.]+(?:st|nd|rd|th|s)?|[ap]\.?m\.?)"
    r",?\s+){1,8})(?:he|she|it|they)\b(?!\s+(?:comes|came)\s+to\b)"
)
_START: Final = re.compile(
    rf"[\W_]*(?:(?:and|or|also|moreover|furthermore|in\s+addition),?\s+)?"
    rf"(?:(?:{_POINTING}|{_CONNECTING}|{_ADVERBIAL})\b|{_TIMED})",
    re.IGNORECASE,
)

# "It" that stands for nothing said before, but for what the sentence goes on to say.
_SEEMING: Final = (
    r"(?:said|believed|thought|estimated|known|reported|expected|alleged|assumed|hoped|"
    r"argued|suggested|shown|concluded|recommended|noted|planned|possible|impossible|"
    r"likely|unlikely|clear|unclear|important|necessary|essential|difficult|easy|hard|"
    r"common|worth|true|time|unknown|uncertain|evident|apparent|obvious|better|best|"
    r"illegal|legal|customary|raining|snowing|no|not\s+(?:until|yet\s+(?:clear|known)))\b"
)
_EXPLETIVE: Final = re.compile(
    r"[\W_]*(?:(?:but|however|so|thus|therefore|hence|yet|in\s+\d{4}),?\s+)?it(?:"
    r"(?:['’]s|\s+(?:is|was|has\s+been|had\s+been|will\s+be|would\s+be|may\s+be|"
    r"might\s+be|remains|remained|became))\s+(?:(?:also|now|still|not|often|generally|"
    r"widely|therefore|thus|very|more|well|clearly|highly|only)\s+)*"
    rf"(?:{_SEEMING}|(?-i:[A-Z])\S*(?:\s+\S+){{0,5}}\s+(?:who|that|which)\b)|"
    r"\s+(?:seems|seemed|appears|appeared|turns\s+out|turned\s+out|follows)\s+that\b|"
    r"\s+(?:takes|took|would\s+take)\s+(?:\S+\s+){1,5}to\b|"
    r"\s+(?:rain|snow)(?:s|ed)\b)",
    re.IGNORECASE,
)

_SAYING: Final = (
    "said|says|added|told|wrote|asked|warned|explained|noted|argued|claimed|stated|"
    "continued|replied"
)
_SPEAKER: Final = re.compile(
    rf"[\"”’',]\s*(?:he|she|they)\s+(?:{_SAYING})\b|"
    rf"[\"”’',]\s*(?:{_SAYING})\s+(?:he|she|they)\b",
    re.IGNORECASE,
)
# "Dr Gazzola called it a tipping point": what "it" is stands before the sentence.
_OBJECT: Final = re.compile(
    r"[\W_]*[A-Z]\S*(?:\s+\S+){0,2}\s+(?:call(?:ed|s)?|describe[sd]?|arrest(?:ed|s)?|"
    r"kill(?:ed|s)?|told|accuse[sd]?|name[sd]?|charge[sd]?|denie[sd]|deny|reject(?:ed|s)?)"
    r"\s+(?:it|him|her|them)\b"
)
# "The district was recaptured": a bare noun with "the", and what it does or is.
_DEFINITE: Final = re.compile(
    r"[\W_]*The\s+(?P<noun>[a-z][\w-]*(?:\s+[a-z][\w-]*)??)(?:[’']s\s+\w|,?\s+(?:also\s+|"
    r"then\s+|later\s+)?(?:is|are|was|were|has|had|have|will|would|can|could|may|might|did|"
    r"does|said|says|took|began|came|went|left|made|held|won|lost|[a-z]+ed)\b)"
)
_PERSON: Final = re.compile(
    r"[\W_]*(?:(?:and|but|so|then|however),?\s+)?(?:he|she|his|her|they|their)\b",
    re.IGNORECASE,
)


def leans(sentence: str, before: str = "") -> bool:
    """Say whether a sentence needs the one before it to be understood.

    Args:
        sentence: Verbatim.
        before: The sentence before it; empty if there is none to be shown.
    """
    if _EXPLETIVE.match(sentence):
        return False
    if _START.match(sentence) or _SPEAKER.search(sentence) or _OBJECT.match(sentence):
        return True
    return _takes_up(sentence, before)


def leans_further(sentence: str, before: str) -> bool:
    """Say whether the sentence before does not help, as the one before that would.

    "She was arrested." "She denied it.": only the third from the last names her. Other
    sentences that lean on a leaning one are understood with that one alone, as a rule.

    Args:
        sentence: One that leans.
        before: The sentence before it.
    """
    return bool(_PERSON.match(sentence) and _PERSON.match(before))


def _takes_up(sentence: str, before: str) -> bool:
    """Say whether a sentence begins with "the" and a thing that was just spoken of."""
    found = _DEFINITE.match(sentence)
    if found is None or not before:
        return False
    # The last word is the thing; what stands before it may be new.
    thing = frozenset(term_texts(found["noun"].split()[-1], "en"))
    return bool(thing) and thing <= frozenset(term_texts(before, "en"))
