from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from index.errors import UnreadableFile
from index.reading.decoding import decode

NAME = Path("a.txt")
GERMAN = "Die Größe und Höhe der Straße zählt für uns.\n" * 40
RUSSIAN = "Собака бежит по улице, и человек смотрит ей вслед.\n" * 40
CHINESE = "中华人民共和国成立于一九四九年十月一日。\n" * 40
SCRIPTS = pytest.mark.parametrize("text", [GERMAN, RUSSIAN, CHINESE, "Grüße.\n"])


@SCRIPTS
@pytest.mark.parametrize("cut", [b"\xc3", b"\xe4\xb8", b"\xf0\x9f\x98"])
def test_a_last_character_that_is_cut_short_is_replaced(text: str, cut: bytes) -> None:
    assert decode(text.encode() + cut, NAME) == text + "\ufffd"
    assert decode(codecs.BOM_UTF8 + text.encode() + cut, NAME) == text + "\ufffd"


@SCRIPTS
@pytest.mark.parametrize("odd", [b"\xe9", b"\xff", b"\x80"])
def test_a_byte_that_does_not_fit_is_replaced(text: str, odd: bytes) -> None:
    data = text.encode() + b"caf" + odd + b" " + text.encode()
    assert decode(data, NAME) == f"{text}caf\ufffd {text}"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Ein Stück Kuchen im Café"),
        (
            "cp1252",
            "Er sagte: „Sie hat Spaß“, und „er grüßt“, und ging über die Straße.",
        ),
        ("cp1251", "Её «приём» — всё ещё ёлка, Ёж и её ёжик."),
        ("cp866", "Собака бежит по улице, и человек смотрит ей вслед."),
        ("gbk", "中华人民共和国成立于一九四九年十月一日。首都是北京。"),
        ("euc_jp", "今日は天気がいいですね。明日も晴れるでしょう。"),
    ],
)
def test_other_encodings_are_not_taken_for_damaged_utf8(
    encoding: str, text: str
) -> None:
    assert "\ufffd" not in decode(text.encode(encoding) * 3, NAME)


def test_a_marked_file_of_which_nothing_fits_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"a\.txt.*utf-8.*byte 6"):
        decode(codecs.BOM_UTF8 + b"caf\xe9", NAME)
