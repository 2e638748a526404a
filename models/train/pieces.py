"""Work that must travel in small files between pieces of training on a borrowed machine.

python -m models.train.pieces pack WORK OUT     writes OUT/state-NN.bin, each below 15 MiB
python -m models.train.pieces unpack OUT WORK   puts the stages' files back, so that the next piece goes on

What is packed: vq.pt, tower.pt, tokenizer.json and mot.pt without optimizer states (they start anew with a short warm-up); weights travel
as F16. The pool is not packed: drawing and encoding it again on a GPU takes less time than sending it.
"""
from __future__ import annotations

import io
import sys
import zlib
from pathlib import Path
from typing import Any

import torch

from .config import save_atomic

PART = 15 * 2**20
FILES = ("vq.pt", "tower.pt", "mot.pt")


def half(value: Any) -> Any:
    """Float tensors as F16, everything else as it is; optimizer states left out."""
    if isinstance(value, torch.Tensor):
        return value.half() if value.is_floating_point() else value
    if isinstance(value, dict):
        return {k: half(v) for k, v in value.items() if k not in ("opt", "opts", "heads")}
    if isinstance(value, (list, tuple)):
        return type(value)(half(v) for v in value)
    return value


def full(value: Any) -> Any:
    """F16 tensors as F32."""
    if isinstance(value, torch.Tensor):
        return value.float() if value.is_floating_point() else value
    if isinstance(value, dict):
        return {k: full(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(full(v) for v in value)
    return value


def pack(work: Path, out: Path) -> None:
    """Write the parts."""
    state: dict[str, Any] = {n: half(torch.load(work / n, weights_only=False, map_location="cpu")) for n in FILES if (work / n).exists()}
    if (work / "tokenizer.json").exists():
        state["tokenizer.json"] = (work / "tokenizer.json").read_text()
    buffer = io.BytesIO()
    torch.save(state, buffer)
    data = zlib.compress(buffer.getvalue(), 1)
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("state-??.bin"):
        old.unlink()
    for i, at in enumerate(range(0, len(data), PART)):
        (out / f"state-{i:02d}.bin").write_bytes(data[at:at + PART])
    print(f"{len(data) / 2**20:.1f} MiB in {-(-len(data) // PART)} files")


def unpack(out: Path, work: Path) -> None:
    """Put the files back."""
    parts = sorted(out.glob("state-??.bin"))
    if not parts:
        return
    work.mkdir(parents=True, exist_ok=True)
    state = torch.load(io.BytesIO(zlib.decompress(b"".join(p.read_bytes() for p in parts))), weights_only=False)
    for name, value in state.items():
        if name.endswith(".json"):
            (work / name).write_text(value)
        else:
            save_atomic(full(value), work / name)
    print("unpacked", ", ".join(state))


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("pack", "unpack"):
        sys.exit(__doc__)
    (pack if sys.argv[1] == "pack" else unpack)(Path(sys.argv[2]), Path(sys.argv[3]))
