"""Loss curves as one small PNG: python -m models.train.report --work DIR --out FOLDER"""
from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import torch

from .config import work_dir

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def main() -> None:
    """Read vq.pt and mot.pt, write OUT/NAME."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work")
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", default="loss.png")
    args = parser.parse_args()
    work = work_dir(args.work)
    vq = torch.load(work / "vq.pt", weights_only=False)["state"]["log"]
    mot = torch.load(work / "mot.pt", weights_only=False, map_location="cpu")["state"]
    shown = [row for row in vq if row[2] > 0]
    # What came out of a bundle has no VQ curve of its own.
    figure, axes = plt.subplots(1, 2 if shown else 1, figsize=(8 if shown else 5, 2.8), dpi=90, squeeze=False)
    right = axes[0, -1]
    if shown:
        axes[0, 0].plot([row[0] for row in shown], [row[2] for row in shown])
        axes[0, 0].set(title="VQ: PSNR on unseen scenes (dB)", xlabel="step")
    for group in ("paint", "edit", "text"):
        right.plot([row[0] for row in mot["log"]], [row[2][group] for row in mot["log"]], lw=0.8, label=group)
    right.set(title="Transformer: loss by group of tasks", xlabel="step", ylim=(0, 4))
    right.legend()
    for axis in axes[0]:
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(Path(args.out) / args.name)


if __name__ == "__main__":
    main()
