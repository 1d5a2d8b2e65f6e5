"""The reader as a torch module: the default encoder's transformer and a small head.

Needed to train it, and once on each machine to convert it; not at question time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from assistant.reader.pairs import Row, pad

HEADS = 12
WIDTH = 384
HEAD_WIDTH = 32


class Layer(nn.Module):
    """One layer of BERT with its attention written out.

    torch's own attention spends 100 of 250 ms of a layer's training step on these short
    rows in bfloat16, on two cores; two products of matrices and a softmax take 30.
    """

    def __init__(self) -> None:
        """Make a layer; its weights are loaded by name."""
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Run the layer on (rows, pieces, width); `bias` (rows, 1, 1, pieces)."""
        rows, pieces, _ = x.shape
        qkv = self.qkv(x).view(rows, pieces, 3, HEADS, HEAD_WIDTH)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).contiguous().unbind(0)
        scores = (query * HEAD_WIDTH**-0.5) @ key.transpose(-1, -2) + bias
        mixed = functional.softmax(scores, dim=-1) @ value
        mixed = mixed.transpose(1, 2).reshape(rows, pieces, WIDTH)
        x = self.norm1(x + self.dropout(self.out(mixed)))
        result: Tensor = self.norm2(
            x + self.dropout(self.down(functional.gelu(self.up(x))))
        )
        return result


class Network(nn.Module):
    """Scores rows: the logit of "this sentence answers this question"."""

    def __init__(self, encoder: Mapping[str, Tensor], layers: int = 6) -> None:
        """Begin from the encoder's weights, by their published names."""
        super().__init__()
        self.word = _embedding(encoder, "word", frozen=True)
        self.position = _embedding(encoder, "position", frozen=True)
        self.kind = _embedding(encoder, "token_type", frozen=False)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.head = nn.Sequential(
            nn.Linear(2 * WIDTH, WIDTH), nn.GELU(), nn.Dropout(0.1), nn.Linear(WIDTH, 1)
        )
        self._take(encoder)

    def _take(self, encoder: Mapping[str, Tensor]) -> None:
        state: dict[str, Tensor] = {
            "norm.weight": encoder["embeddings.LayerNorm.weight"],
            "norm.bias": encoder["embeddings.LayerNorm.bias"],
        }
        for number in range(len(self.layers)):
            old, new = f"encoder.layer.{number}", f"layers.{number}"
            for kind in ("weight", "bias"):
                own = [
                    encoder[f"{old}.attention.self.{part}.{kind}"]
                    for part in ("query", "key", "value")
                ]
                state[f"{new}.qkv.{kind}"] = torch.cat(own)
                for theirs, ours in (
                    ("attention.output.dense", "out"),
                    ("attention.output.LayerNorm", "norm1"),
                    ("intermediate.dense", "up"),
                    ("output.dense", "down"),
                    ("output.LayerNorm", "norm2"),
                ):
                    state[f"{new}.{ours}.{kind}"] = encoder[f"{old}.{theirs}.{kind}"]
        self.load_state_dict(state, strict=False)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Score rows, (rows, pieces) each, as `pad` makes them; returns (rows,)."""
        places = torch.arange(ids.shape[1])
        x = self.norm(self.word(ids) + self.position(places) + self.kind(types))
        if torch.is_autocast_enabled("cpu"):
            x = x.bfloat16()
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -10_000.0
        for layer in self.layers:
            x = layer(x, bias)
        asked = (types * mask).unsqueeze(-1).to(x.dtype)
        mean = (x * asked).sum(1) / asked.sum(1)
        scores: Tensor = self.head(torch.cat([x[:, 0], mean], dim=-1)).squeeze(-1)
        return scores.float()


def _embedding(
    encoder: Mapping[str, Tensor], name: str, *, frozen: bool
) -> nn.Embedding:
    weight = encoder[f"embeddings.{name}_embeddings.weight"].clone()
    count, width = weight.shape
    table = nn.Embedding(count, width, _weight=weight)
    table.weight.requires_grad = not frozen
    return table


def score_rows(
    network: Network, rows: Sequence[Row], batch: int = 64
) -> NDArray[np.float32]:
    """Score rows in batches of like length; returns (rows,) in the order given."""
    order = sorted(range(len(rows)), key=lambda place: len(rows[place].ids))
    scores = np.zeros(len(rows), dtype=np.float32)
    network.eval()
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), batch):
            places = order[start : start + batch]
            arrays = pad([rows[place] for place in places])
            scores[places] = network(*map(torch.from_numpy, arrays)).numpy()
    return scores
