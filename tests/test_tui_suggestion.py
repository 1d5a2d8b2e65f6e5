from assistant.records import Answer
from assistant.tui.ask.suggestion import frequent_names, suggest_question
from tests.tui_support import SEED_TEXT, MemoryAsker, seeds


def test_names_inside_sentences_are_found_the_frequent_first() -> None:
    text = (
        "We met Ada Lovelace. Then Ada Lovelace saw old Bath and Oxford. Friday came."
    )
    assert frequent_names(text) == ["Ada Lovelace", "Oxford"]


def test_a_long_run_of_capitals_is_not_cut_into_a_name() -> None:
    text = (
        "Then Emergency Situations Minister Alexander Chupriyan spoke to Tass Agency."
    )
    assert frequent_names(text) == ["Tass Agency"]


def test_the_suggestion_is_answered() -> None:
    asker = seeds()
    question = suggest_question(SEED_TEXT, asker.ask)
    assert question
    *_, last = seeds().ask(question)
    assert isinstance(last, Answer)


def test_a_name_that_nothing_answers_is_not_suggested() -> None:
    asker = MemoryAsker({"a.txt": "Nothing of interest."})
    assert suggest_question("We met Ada Lovelace.", asker.ask) == ""
    assert asker.asked == ["What is said about Ada Lovelace?"]


def test_a_text_without_names_gives_no_suggestion() -> None:
    asker = MemoryAsker({"a.txt": "東京は日本の首都です。"})
    assert suggest_question("東京は日本の首都です。", asker.ask) == ""
    assert asker.asked == []
