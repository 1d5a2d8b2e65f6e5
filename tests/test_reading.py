from __future__ import annotations

import codecs
import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import NoText, ReadingError, UnreadableFile, UnsupportedFormat
from index.language import detect_language
from index.reading import MEDIA_TYPES, READERS, can_read, files, read_file
from index.reading.decoding import decode
from index.reading.titles import title_of_path

NAME = Path("a.txt")


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_document_is_the_file_as_it_is(tmp_path: Path) -> None:
    data = "\ufeffA Title\r\n\r\nOne é line.\rAnother.\n".encode()
    path = write(tmp_path, "my_first-note.txt", data)
    document = read_file(path, "notes/my_first-note.txt")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert document.text == file.read()
    assert document.path == path.as_posix()
    assert document.name == "notes/my_first-note.txt"
    assert document.title == "A Title"
    assert document.media_type == "text/plain"
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.language == "en"
    assert document.page_starts == ()


def test_a_relative_path_becomes_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.txt", b"Some text.")
    monkeypatch.chdir(tmp_path)
    document = read_file(Path("a.txt"))
    assert document.path == (tmp_path / "a.txt").as_posix()
    assert document.name == "a.txt"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("syria-ceasefire.txt", "syria ceasefire"),
        ("Annual_Report 2019.md", "Annual Report 2019"),
        ("__.txt", "__.txt"),
        ("LICENSE", "LICENSE"),
    ],
)
def test_a_file_name_is_made_readable(name: str, title: str) -> None:
    assert title_of_path(Path("/x") / name) == title


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Plain ASCII, and 😀."),
        ("utf-8-sig", "With a mark."),
        ("utf-16", "Marked UTF-16: é."),
        ("utf-32", "Marked UTF-32: é."),
        ("utf-16-le", "No mark on this."),
        ("utf-16-be", "No mark on this."),
        ("utf-32-le", "No mark on this."),
        ("utf-32-be", "No mark on this."),
        ("cp1252", "The café costs £5 – “very” cheap."),
        ("cp1252", "Le garçon a mangé à la crèche de l'été."),
        ("cp1252", "Übermäßig größere Straßen führen nach München."),
        ("cp1250", "Žluťoučký kůň úpěl ďábelské ódy."),
        ("cp1251", "Собака бежит по улице, и человек смотрит ей вслед."),
        ("koi8-r", "Собака бежит по улице, и человек смотрит ей вслед."),
        ("cp866", "Собака бежит по улице, и человек смотрит ей вслед."),
        ("shift_jis", "今日は天気がいいですね。明日も晴れるでしょう。"),
    ],
)
def test_encodings_are_recognised(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), NAME) == text


def test_a_few_odd_bytes_in_much_ascii_are_recognised() -> None:
    text = "Plain words.\n" * 20_000 + "Le garçon a mangé à la crèche.\n"
    assert decode(text.encode("cp1252"), NAME) == text


@settings(deadline=None)
@given(st.text(min_size=1, max_size=50).filter(lambda text: "\0" not in text))
def test_utf8_is_never_changed(text: str) -> None:
    try:
        assert decode(text.encode(), NAME) == text.removeprefix("\ufeff")
    except ReadingError:
        assert not text.removeprefix("\ufeff").strip() or not text.isprintable()


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=80))
def test_any_bytes_give_text_or_a_reason(data: bytes) -> None:
    try:
        assert decode(data, NAME).strip()
    except ReadingError as error:
        assert "a.txt" in error.message


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NoText),
        (b" \r\n\t ", NoText),
        (codecs.BOM_UTF16_LE, NoText),
        (b"text\0with a zero byte", UnsupportedFormat),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\xff\xfe\xfd", UnsupportedFormat),
        (bytes(range(1, 9)) * 20, UnsupportedFormat),
        (codecs.BOM_UTF16_LE + b"odd", UnreadableFile),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, error: type[ReadingError]) -> None:
    with pytest.raises(error, match=r"a\.txt"):
        decode(data, NAME)


def test_a_format_without_a_reader_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "Scan.PDF", b"%PDF-1.7 and so on")
    with pytest.raises(UnsupportedFormat, match=r"Scan\.PDF.*\.pdf") as caught:
        read_file(path)
    assert "Markdown" in caught.value.remedy
    assert not can_read(path)


@pytest.mark.parametrize("name", ["README", "notes.xyz", "Makefile", ".profile"])
def test_unknown_names_are_read_if_they_hold_text(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, b"All is well.\n")
    assert can_read(path)
    document = read_file(path)
    assert document.media_type == "text/plain"
    assert [block.kind for block in document.blocks] == ["paragraph"]


def test_an_unknown_name_with_binary_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match="binary"):
        read_file(write(tmp_path, "blob.xyz", bytes(range(256)) * 4))


def test_every_reader_has_a_media_type() -> None:
    assert READERS.keys() == MEDIA_TYPES.keys()
    assert all(suffix.startswith(".") for suffix in READERS)


def test_markup_alone_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(NoText, match=r"empty\.md"):
        read_file(write(tmp_path, "empty.md", b"<!-- nothing -->\n\n---\n"))


def test_a_missing_file_is_a_problem_of_that_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"gone\.txt.*No such file"):
        read_file(tmp_path / "gone.txt")


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"caf\\xe9\.txt.*rename") as caught:
        read_file(tmp_path / os.fsdecode(b"caf\xe9.txt"))
    assert caught.value.message.encode()


def test_messages_hold_no_control_characters(tmp_path: Path) -> None:
    path = write(tmp_path, "a\x1b[31m\nb.txt", b"")
    with pytest.raises(NoText, match=r"a\\x1b\[31m\\nb\.txt"):
        read_file(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="not a regular file"):
        read_file(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    with pytest.raises(UnreadableFile, match=r"pipe\.txt is not a regular file"):
        read_file(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read anything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "mine.txt", b"Secret.")
    path.chmod(stat.S_IWUSR)
    with pytest.raises(UnreadableFile, match=r"mine\.txt.*Permission denied"):
        read_file(path)


def test_a_file_over_the_limit_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 10)
    assert read_file(write(tmp_path, "ten.txt", b"Ten bytes.")).text == "Ten bytes."
    with pytest.raises(UnreadableFile, match=r"big\.txt is larger") as caught:
        read_file(write(tmp_path, "big.txt", b"Eleven byte"))
    assert "Split" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The name of the dog that ran with us.", "en"),
        ("Der Hund läuft über die Straße und der Mann sieht ihm lange nach.", "de"),
        ("Le chat est sur la table et il mange du fromage avec plaisir.", "fr"),
        ("El perro corre por la calle y la gente lo mira con atención.", "es"),
        ("Собака бежит по улице, и человек долго смотрит ей вслед.", "ru"),
        ("今日は天気がいいですね。明日も晴れるでしょう。", "ja"),
        ("中华人民共和国成立于一九四九年十月一日。首都是北京。", "zh"),
        ("Ein Hund.", "en"),
        ("1 2 3 4 5", "en"),
        ("", "en"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_english_about_russians_is_english() -> None:
    text = (
        "The prize of the city went to Иван Петрович Сидоров and to Мария "
        "Александровна Иванова, both of the institute that is named for the poet."
    )
    assert detect_language(text) == "en"
