"""Write the trained reader as the file that Quoth carries, and print its SHA-256.

python -m benchmarks.reader.export FOLDER/model.pt assistant/reader/weights.safetensors
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import torch

from assistant.reader.weights import pack

_OF_THE_ENCODER = ("word.", "position.")


def main() -> None:
    """Pack all that training changed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    state = torch.load(options.model, weights_only=True)
    own = {
        name: value.float().numpy()
        for name, value in state.items()
        if not name.startswith(_OF_THE_ENCODER)
    }
    pack(own, options.target)
    digest = hashlib.sha256(options.target.read_bytes()).hexdigest()
    print(f"{options.target.stat().st_size:,} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    main()
