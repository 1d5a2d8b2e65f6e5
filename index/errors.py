"""Every error that Quoth raises on purpose, with what to do about it.

QuothError
├── UsageError                 the request itself cannot be served
│   ├── EmptyQuestion
│   ├── QuestionTooLong
│   ├── MissingPath
│   └── ConversationMissing
├── ReadingError               one file cannot be read; the library goes on without it
│   ├── UnreadableFile         permissions, an I/O error, not a regular file
│   ├── UnsupportedFormat      no reader for this kind of file
│   └── NoText                 the file was read and holds no text
├── EncoderError
│   ├── EncoderMissing         the weights are not there
│   └── EncoderDamaged         the weights are there and are not the published ones
├── ReaderError
│   ├── ReaderMissing          there is no such reader on this machine
│   └── ReaderDamaged          its weights are missing, or not the published ones
├── LibraryError
│   ├── LibraryMissing
│   ├── LibraryEmpty           nothing to search: no document could be read
│   ├── LibraryLocked          another process is writing
│   ├── LibraryOutdated        built by another version, or with another encoder
│   ├── LibraryDamaged         a file of the library is missing, cut or altered
│   ├── SourceChanged          what was quoted is no longer what the library holds
│   └── StorageFull            no room, or no permission, to write
├── HistoryError               the file of past conversations cannot be used
├── ConfigError
└── PromptError
"""

from __future__ import annotations

from typing import ClassVar, Final

REPAIR_REMEDY: Final = "Run `quoth doctor --repair`."
"""Of what is damaged in a library."""


class QuothError(Exception):
    """An error with a title, a message that names the thing, and a remedy.

    Attributes:
        title: What went wrong, in a few words, the same for every instance.
        message: What it happened to: names the file, library or setting.
        remedy: What the user can do now, one sentence; empty if nothing.
    """

    title: ClassVar[str] = "Quoth cannot go on"
    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, remedy: str = "") -> None:
        """Keep the message and the remedy; `str()` gives both."""
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} {remedy}".strip())


class UsageError(QuothError):
    """The request itself cannot be served."""

    title = "That cannot be done"


class EmptyQuestion(UsageError):
    """A question without a single word."""

    title = "The question is empty"


class QuestionTooLong(UsageError):
    """A question longer than `MAX_QUESTION_CHARACTERS`."""

    title = "The question is too long"


class MissingPath(UsageError):
    """A path that does not exist."""

    title = "No such file or folder"


class ConversationMissing(UsageError):
    """No conversation of that number is in the history."""

    title = "No such conversation"


class ReadingError(QuothError):
    """One file cannot be read; it is listed with this reason."""

    title = "The file cannot be read"


class UnreadableFile(ReadingError):
    """Permissions, an input/output error, or not a regular file."""

    title = "The file cannot be opened"


class UnsupportedFormat(ReadingError):
    """There is no reader for this kind of file."""

    title = "This kind of file is not supported"


class NoText(ReadingError):
    """The file was read and holds no text."""

    title = "The file holds no text"


class EncoderError(QuothError):
    """The encoder cannot be used."""

    title = "The encoder cannot be used"


class EncoderMissing(EncoderError):
    """The weights are not where they should be."""

    title = "The encoder is missing"


class EncoderDamaged(EncoderError):
    """The weights differ from the published ones."""

    title = "The encoder is damaged"


class ReaderError(QuothError):
    """The reader cannot be used."""

    title = "The reader cannot be used"


class ReaderMissing(ReaderError):
    """There is no such reader on this machine."""

    title = "The reader is missing"


class ReaderDamaged(ReaderError):
    """Its weights differ from the published ones."""

    title = "The reader is damaged"


class LibraryError(QuothError):
    """The library cannot be used as asked."""

    title = "The library cannot be used"


class LibraryMissing(LibraryError):
    """There is no library of that name."""

    title = "No such library"


class LibraryEmpty(LibraryError):
    """The library holds no document."""

    title = "The library is empty"


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""

    title = "The library is being written"


class LibraryOutdated(LibraryError):
    """The library was built by another version or with another encoder."""

    title = "The library was built differently"


class LibraryDamaged(LibraryError):
    """A file of the library is missing, cut short or altered."""

    title = "The library is damaged"


class SourceChanged(LibraryError):
    """A document was quoted that is not, or not so, in the library any more."""

    title = "The source is not as it was quoted"


class StorageFull(LibraryError):
    """The library cannot be written: no room or no permission."""

    title = "The library cannot be written"


class HistoryError(QuothError):
    """The history cannot be read or written."""

    title = "The history cannot be used"


class ConfigError(QuothError):
    """A setting is unknown, out of bounds or of the wrong kind."""

    title = "A setting is wrong"


class PromptError(QuothError):
    """A prompt file lacks a variable, or names an unknown one."""

    title = "A prompt is wrong"
