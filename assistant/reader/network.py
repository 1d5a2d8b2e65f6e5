"""The reader as a torch module: the default encoder's transformer and a small head.

Needed to train it, and once on each machine to convert it; not at question time.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

HEADS = 12
WIDTH = 384
EPSILON = 1e-12
DROPOUT = 0.1
HIDDEN = -10_000.0
"""Bias of what pads a row."""


class Layer(nn.Module):
    """One layer of BERT with its attention written out.

    torch's own attention spends 100 of 250 ms of a layer's training step on these short
    rows in bfloat16, on two cores; two products of matrices and a softmax take 30.
    """

    def __init__(self, width: int, epsilon: float, dropout: float) -> None:
        """Make a layer of `HEADS` heads; its weights are loaded by name."""
        super().__init__()
        self.head_width = width // HEADS
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=epsilon)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.norm2 = nn.LayerNorm(width, eps=epsilon)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Run the layer.

        Args:
            x: (rows, pieces, width).
            bias: Added to what each piece asks of each, as (rows, heads, pieces,
                pieces) or with 1 for any of these.
        """
        rows, pieces, width = x.shape
        qkv = self.qkv(x).view(rows, pieces, 3, HEADS, self.head_width)
        query, key, value = qkv.permute(2, 0, 3, 1, 4).contiguous().unbind(0)
        scores = (query * self.head_width**-0.5) @ key.transpose(-1, -2) + bias
        mixed = functional.softmax(scores, dim=-1) @ value
        mixed = mixed.transpose(1, 2).reshape(rows, pieces, width)
        x = self.norm1(x + self.dropout(self.out(mixed)))
        result: Tensor = self.norm2(
            x + self.dropout(self.down(functional.gelu(self.up(x))))
        )
        return result


class RowNetwork(nn.Module):
    """A transformer that scores rows, as `score` does, from its last layer."""

    word: nn.Embedding
    position: nn.Embedding
    layers: nn.ModuleList
    """Of `Layer`s."""


class Network(RowNetwork):
    """Scores rows: the logit of "this sentence answers this question"."""

    def __init__(self, encoder: Mapping[str, Tensor], layers: int = 6) -> None:
        """Begin from the encoder's weights, by their published names."""
        super().__init__()
        self.word = _embedding(encoder, "word", frozen=True)
        self.position = _embedding(encoder, "position", frozen=True)
        self.kind = _embedding(encoder, "token_type", frozen=False)
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(
            Layer(WIDTH, EPSILON, DROPOUT) for _ in range(layers)
        )
        self.head = make_head(WIDTH)
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
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * HIDDEN
        for layer in self.layers:
            x = layer(x, bias)
        return score(self.head, x, types * mask)


def make_head(width: int) -> nn.Sequential:
    """Make what turns the last layer's vectors to a logit, for `score`."""
    return nn.Sequential(
        nn.Linear(2 * width, width), nn.GELU(), nn.Dropout(0.1), nn.Linear(width, 1)
    )


def score(head: nn.Module, x: Tensor, asked: Tensor) -> Tensor:
    """Score rows by their first piece and the mean over the asked sentence.

    Args:
        head: Of `make_head`.
        x: Vectors of the last layer, (rows, pieces, width).
        asked: 1 for a piece of the asked sentence, else 0, (rows, pieces).

    Returns:
        Logits, (rows,).
    """
    counted = asked.unsqueeze(-1).to(x.dtype)
    mean = (x * counted).sum(1) / counted.sum(1)
    scores: Tensor = head(torch.cat([x[:, 0], mean], dim=-1)).squeeze(-1)
    return scores.float()


def _embedding(
    encoder: Mapping[str, Tensor], name: str, *, frozen: bool
) -> nn.Embedding:
    weight = encoder[f"embeddings.{name}_embeddings.weight"].clone()
    count, width = weight.shape
    table = nn.Embedding(count, width, _weight=weight)
    table.weight.requires_grad = not frozen
    return table
