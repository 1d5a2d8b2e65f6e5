"""Why a passage was found, in words: for `quoth search --explain` and the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from assistant.render.explaining import ordinal
from assistant.render.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.finding import FoundHit, FoundWord


_WORD_FOR_WORD: Final = "word for word"


class Reason(NamedTuple):
    """One reason, with what it is called."""

    title: str
    text: str


def why_found(found: FoundHit) -> str:
    """Say in a line which ranks and which words brought a passage.

    As in `1st by words, 3rd by meaning 0.61 · ceasefire 62 %, syria 38 %`: the number
    is the cosine. What comes before all for its phrase says so first.
    """
    hit = found.hit
    ranks = []
    if hit.lexical_rank is not None:
        ranks.append(f"{ordinal(hit.lexical_rank)} by words")
    if hit.semantic_rank is not None:
        ranks.append(f"{ordinal(hit.semantic_rank)} by meaning")
    elif hit.cosine is not None:
        ranks.append("far by meaning")
    if hit.cosine is not None:
        ranks[-1] += f" {hit.cosine:.2f}"
    words = ", ".join(_shares(found)) or "none of the words"
    exact = [_WORD_FOR_WORD] if hit.word_for_word else []
    return " · ".join([*exact, ", ".join(ranks), words] if ranks else [*exact, words])


def reasons(found: FoundHit) -> Iterator[Reason]:
    """Give the reasons: phrase, words, meaning, and what feedback made of it."""
    hit = found.hit
    if hit.word_for_word:
        yield Reason("Phrase", _WORD_FOR_WORD)
    yield Reason("Words", " · ".join(_word_reasons(found)))
    if hit.cosine is not None and hit.sentence_cosine is not None:
        yield Reason(
            "Meaning",
            f"{_rank(hit.semantic_rank)} · cosine {hit.cosine:.3f},"
            f" of its best sentence {hit.sentence_cosine:.3f}",
        )
    else:
        yield Reason("Meaning", "not looked at")
    if hit.feedback_cosine is not None:
        yield Reason(
            "Feedback",
            f"cosine {hit.feedback_cosine:.3f} with query and best passages",
        )


def _word_reasons(found: FoundHit) -> Iterator[str]:
    hit = found.hit
    held = [word for word in found.words if word.bm25_score > 0]
    if not held and not hit.bm25_score:
        yield "none of them"
        return
    yield _rank(hit.lexical_rank)
    shares = ", ".join(_shares(found))
    yield f"BM25 {hit.bm25_score:.2f}" + (f" from {shares}" if shares else "")
    if around := [one_line(word.word) for word in held if not word.in_text]:
        yield f"only in title or headings: {', '.join(around)}"
    if lacking := [one_line(w.word) for w in found.words if w.bm25_score <= 0]:
        yield f"lacks {', '.join(lacking)}"


def _shares(found: FoundHit) -> list[str]:
    """Say which words a passage has, the weightiest first, and what each adds."""
    held = [word for word in found.words if word.bm25_score > 0]
    total = sum(word.bm25_score for word in held)
    if len(held) == 1:
        return [one_line(held[0].word)]

    def share(word: FoundWord) -> str:
        percent = max(1, round(100 * word.bm25_score / total))
        return f"{one_line(word.word)} {percent} %"

    return [share(word) for word in sorted(held, key=lambda one: -one.bm25_score)]


def _rank(rank: int | None) -> str:
    return "not among the best" if rank is None else ordinal(rank)
