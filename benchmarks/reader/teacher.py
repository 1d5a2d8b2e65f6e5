"""A greater network that teaches the reader: MPNet as a cross-encoder.

Eight times the work of the reader, and so for training alone. It begins as
all-mpnet-base-v2 (`benchmarks.reader.mpnet`). Its vocabulary is BERT's behind four
pieces of its own, so that it reads the reader's rows as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from assistant.reader.network import HIDDEN, Layer, RowNetwork, make_head, score

_EPSILON = 1e-5
_DROPOUT = 0.0
"""None: each list is seen once."""

FROZEN = 4
"""Of its twelve layers those, the first, that stay as they are: a quarter less work in
training than with all of them trained."""

_SHIFT = 4
_MARKS = {101: 0, 102: 2}
"""BERT's [CLS] and [SEP] as MPNet's, which come before its shifted vocabulary."""
_PADDING = 1
_FARTHEST = 128
"""Pieces from which on all distances are alike."""


class Teacher(RowNetwork):
    """Scores rows as `assistant.reader.network.Network` does."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        """Begin from MPNet's weights, by name, of any size."""
        super().__init__()
        self.word = _table(weights["embeddings.word_embeddings.weight"])
        self.position = _table(weights["embeddings.position_embeddings.weight"])
        self.distance = _table(weights["encoder.relative_attention_bias.weight"])
        width = self.word.embedding_dim
        layers = sum(name.endswith("attention.attn.q.bias") for name in weights)
        self.kind = nn.Embedding(2, width)
        nn.init.zeros_(self.kind.weight)
        self.norm = nn.LayerNorm(width, eps=_EPSILON)
        self.layers = nn.ModuleList(
            Layer(width, _EPSILON, _DROPOUT) for _ in range(layers)
        )
        self.head = make_head(width)
        self._take(weights)
        for module in (self.norm, *self.layers[:FROZEN]):
            module.requires_grad_(requires_grad=False)

    def _take(self, weights: Mapping[str, Tensor]) -> None:
        state = {
            "norm.weight": weights["embeddings.LayerNorm.weight"],
            "norm.bias": weights["embeddings.LayerNorm.bias"],
        }
        for number in range(len(self.layers)):
            old, new = f"encoder.layer.{number}", f"layers.{number}"
            for kind in ("weight", "bias"):
                own = [weights[f"{old}.attention.attn.{part}.{kind}"] for part in "qkv"]
                state[f"{new}.qkv.{kind}"] = torch.cat(own)
                for theirs, ours in (
                    ("attention.attn.o", "out"),
                    ("attention.LayerNorm", "norm1"),
                    ("intermediate.dense", "up"),
                    ("output.dense", "down"),
                    ("output.LayerNorm", "norm2"),
                ):
                    state[f"{new}.{ours}.{kind}"] = weights[f"{old}.{theirs}.{kind}"]
        self.load_state_dict(state, strict=False)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Score rows, (rows, pieces) each, as `pad` makes them; returns (rows,)."""
        x = self.vectors(ids, types, mask)
        return score(self.head, x, types * mask)

    def vectors(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Return the last layer's vectors, (rows, pieces, width)."""
        real = mask.bool()
        own = ids + _SHIFT
        for theirs, ours in _MARKS.items():
            own = torch.where(ids == theirs, ours, own)
        places = torch.arange(ids.shape[1])
        x: Tensor = self.norm(
            self.word(torch.where(real, own, _PADDING))
            + self.position(torch.where(real, places + _PADDING + 1, _PADDING))
        )
        near = self.distance(_buckets(places[None] - places[:, None]))
        hidden = (1.0 - mask[:, None, None, :].float()) * HIDDEN
        bias = near.permute(2, 0, 1)[None] + hidden
        if torch.is_autocast_enabled("cpu"):
            x, bias = x.bfloat16(), bias.bfloat16()
        for layer in self.layers[:FROZEN]:
            x = layer(x, bias)
        x = x + self.kind(types).to(x.dtype)
        for layer in self.layers[FROZEN:]:
            x = layer(x, bias)
        return x


def _table(weight: Tensor) -> nn.Embedding:
    count, width = weight.shape
    table = nn.Embedding(count, width, _weight=weight.clone())
    table.weight.requires_grad = False
    return table


def _buckets(distances: Tensor) -> Tensor:
    """Number distances as T5 does (Raffel et al. 2020), in 32 steps."""
    half, exact = 16, 8
    far = distances.abs()
    ratio = torch.log(far.float().clamp(min=1) / exact) / math.log(_FARTHEST / exact)
    coarse = (exact + (ratio * (half - exact)).long()).clamp(max=half - 1)
    return torch.where(far < exact, far, coarse) + half * (distances > 0)
