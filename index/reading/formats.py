"""The formats there are: one table of readers, a row a suffix."""

from __future__ import annotations

from index.reading.markdown import read_markdown
from index.reading.plain import read_plain
from index.reading.readtext import Reader
from index.reading.restructured import read_restructured
from index.reading.source import read_source
from index.reading.tables import read_table

PLAIN_MEDIA_TYPE = "text/plain"

_FORMATS: tuple[tuple[str, str, Reader], ...] = (
    (".txt .text .asc .me", PLAIN_MEDIA_TYPE, read_plain),
    (".md .markdown .mdown .mkd", "text/markdown", read_markdown),
    (".rst .rest", "text/x-rst", read_restructured),
    (".csv", "text/csv", read_table),
    (".tsv .tab", "text/tab-separated-values", read_table),
    (".py .pyi", "text/x-python", read_source),
    (".js .mjs .cjs .jsx", "text/javascript", read_source),
    (".ts .tsx", "text/x-typescript", read_source),
    (".c .h", "text/x-c", read_source),
    (".cc .cpp .cxx .hh .hpp .hxx", "text/x-c++", read_source),
    (".java", "text/x-java", read_source),
    (".kt .kts .scala .groovy .gradle", "text/x-jvm-source", read_source),
    (".go", "text/x-go", read_source),
    (".rs", "text/rust", read_source),
    (".rb .pl .pm .php .lua .r .jl .swift .cs .hs .ml .ex .exs .erl .clj .el .vim "
     ".dart .zig .nim .f90 .m .mm", "text/x-source", read_source),
    (".sh .bash .zsh .fish .ps1 .bat .cmd", "text/x-shellscript", read_source),
    (".toml", "application/toml", read_source),
    (".yaml .yml", "application/yaml", read_source),
    (".json .jsonl .ndjson .json5 .geojson", "application/json", read_source),
    (".xml .xsd .xsl .xslt", "application/xml", read_source),
    (".css .scss .less", "text/css", read_source),
    (".sql", "application/sql", read_source),
    (".ini .cfg .conf .properties .env", "text/x-settings", read_source),
    (".tex .ltx", "text/x-tex", read_plain),
    (".sty .cls .bib", "text/x-tex", read_source),
    (".diff .patch", "text/x-diff", read_source),
    (".mk .cmake .dockerfile .tf .proto .graphql", "text/x-source", read_source),
    (".log", "text/x-log", read_source),
)  # fmt: skip

READERS: dict[str, Reader] = {
    suffix: reader for suffixes, _, reader in _FORMATS for suffix in suffixes.split()
}
"""Suffix, lower case with its dot, to reader. A later format adds a row above."""

MEDIA_TYPES: dict[str, str] = {
    suffix: media_type
    for suffixes, media_type, _ in _FORMATS
    for suffix in suffixes.split()
}
"""Suffix, lower case with its dot, to media type."""

# Files of other suffixes are read as plain text if they decode. These are not even
# opened: they are binary, or text whose marks would be read as words.
UNSUPPORTED_SUFFIXES: frozenset[str] = frozenset(
    [
        ".pdf",
        ".ps",
        ".eps",
        ".djvu",
        ".xps",
        ".epub",
        ".mobi",
        ".azw",
        ".azw3",
        ".fb2",
        ".chm",
        ".doc",
        ".docx",
        ".docm",
        ".dot",
        ".dotx",
        ".odt",
        ".ott",
        ".rtf",
        ".wpd",
        ".wps",
        ".pages",
        ".xls",
        ".xlsx",
        ".xlsm",
        ".xlsb",
        ".ods",
        ".numbers",
        ".ppt",
        ".pptx",
        ".pptm",
        ".odp",
        ".key",
        ".vsd",
        ".vsdx",
        ".html",
        ".htm",
        ".xhtml",
        ".mht",
        ".mhtml",
        ".eml",
        ".msg",
        ".mbox",
        ".pst",
        ".ipynb",
        ".one",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".bmp",
        ".tif",
        ".tiff",
        ".webp",
        ".heic",
        ".ico",
        ".svg",
        ".psd",
        ".ai",
        ".raw",
        ".mp3",
        ".wav",
        ".flac",
        ".ogg",
        ".m4a",
        ".aac",
        ".mp4",
        ".mkv",
        ".avi",
        ".mov",
        ".webm",
        ".wmv",
        ".zip",
        ".gz",
        ".bz2",
        ".xz",
        ".zst",
        ".7z",
        ".rar",
        ".tar",
        ".tgz",
        ".jar",
        ".whl",
        ".deb",
        ".rpm",
        ".iso",
        ".dmg",
        ".exe",
        ".dll",
        ".so",
        ".dylib",
        ".bin",
        ".dat",
        ".o",
        ".a",
        ".lib",
        ".pyc",
        ".class",
        ".wasm",
        ".sqlite",
        ".sqlite3",
        ".db",
        ".mdb",
        ".accdb",
        ".parquet",
        ".feather",
        ".arrow",
        ".npy",
        ".npz",
        ".pkl",
        ".h5",
        ".onnx",
        ".pt",
        ".pth",
        ".safetensors",
        ".gguf",
        ".faiss",
        ".ttf",
        ".otf",
        ".woff",
        ".woff2",
    ]
)
SUPPORTED = (
    "plain text, Markdown, reStructuredText, CSV and TSV tables, and program source"
)
