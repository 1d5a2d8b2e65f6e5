-- The catalog: what a library holds at one moment. All offsets are characters.
-- Arrays are little-endian int32. Each statement ends at the end of a line.

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the user added; sync looks there again.
CREATE TABLE roots (
    path TEXT PRIMARY KEY,
    is_folder INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the user removed inside a root; sync leaves it out.
CREATE TABLE excluded (
    path TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a number never comes back as another document.
-- digest: SHA-256 of all that is stored of it but its place (`documents.py`).
CREATE TABLE documents (
    document_id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    language TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    digest TEXT NOT NULL DEFAULT ''
) STRICT;

-- Apart from documents, so that comparing files with the disk reads no text.
CREATE TABLE texts (
    document_id INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    page_starts BLOB NOT NULL,
    sentences BLOB NOT NULL,
    blocks BLOB NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- dead: one bit a row, first row in the highest bit of the first byte.
-- vectors: the folder inside the segment's, NULL until it is complete.
CREATE TABLE segments (
    segment_id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder TEXT NOT NULL UNIQUE,
    row_count INTEGER NOT NULL,
    dead BLOB NOT NULL,
    lexical_digest TEXT NOT NULL,
    vectors TEXT,
    vectors_digest TEXT
) STRICT;

CREATE TABLE chunks (
    chunk_id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    first_sentence INTEGER NOT NULL,
    stop_sentence INTEGER NOT NULL,
    headings TEXT NOT NULL,
    segment_id INTEGER NOT NULL REFERENCES segments,
    row INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX chunk_places ON chunks (segment_id, row);

CREATE INDEX chunk_documents ON chunks (document_id);

-- Files that could not be read, each with its reason.
CREATE TABLE skipped (
    path TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
