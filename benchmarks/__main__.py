"""`python -m benchmarks [NAME [ARGUMENTS...]]`: one benchmark, or all without data."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

# Those that need nothing but the repository.
_ALONE = ("start", "indexing", "chat_source", "chat_memory")
_WITH_DATA = (
    *("retrieval", "answers", "followups", "sentences", "fit_evidence"),
    *("ablation", "several", "warm", "wikinews", "tables", "plots"),
)


def main() -> int:
    """Run the benchmark that is named with its arguments, or all of `_ALONE`."""
    name, *arguments = sys.argv[1:] or [""]
    here = Path(__file__).parent
    known = [one for one in (*_ALONE, *_WITH_DATA) if (here / f"{one}.py").exists()]
    if name and name not in known:
        print(f"There is no benchmark {name!r}: {', '.join(known)}.", file=sys.stderr)
        return 2
    for one in (name,) if name else [one for one in _ALONE if one in known]:
        sys.argv = [str(here / f"{one}.py"), *arguments]
        runpy.run_module(f"benchmarks.{one}", run_name="__main__", alter_sys=True)
    if not name:
        print("\nWith a data set: make bench ARGS='retrieval FOLDER' (or answers)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
