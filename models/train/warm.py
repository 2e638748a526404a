"""Starts from a bundle instead of from nothing: python -m models.train.warm --bundle models/nano --work DIR

Leaves vq.pt, tower.pt, tokenizer.json and mot.pt (F16 weights, no optimizer states) in the work folder, so that the pool and train stages of a
recipe of the same sizes go on from what is shipped. More of the world (objects, colours) may be added; sizes may not change.
"""
from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from safetensors.torch import load_file

from .config import save_atomic, work_dir


def main() -> None:
    """Split the bundle's tensors over the stages' files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", default="models/nano")
    parser.add_argument("--work")
    args = parser.parse_args()
    bundle, work = Path(args.bundle), work_dir(args.work)
    vq, tower, mot = {}, {}, {}
    for name, value in load_file(bundle / "model.safetensors").items():
        short = name.removeprefix("model.")
        if short.startswith("vqvae."):
            vq[short.removeprefix("vqvae.")] = value.float()
        elif short.startswith(("vision_tower.", "vision_resampler.")):
            tower[short] = value.float()
        else:
            mot[short] = value.float()
    save_atomic({"model": vq, "state": {"step": 0, "seconds": 0.0, "log": [], "images": 0, "done": True}}, work / "vq.pt")
    save_atomic({"model": tower, "state": {"log": [], "images": 0, "seconds": 0.0}}, work / "tower.pt")
    state = {"step": 0, "seconds": 0.0, "samples": dict.fromkeys(("paint", "edit", "text"), 0), "log": []}
    save_atomic({"model": mot, "ema": mot, "state": state}, work / "mot.pt")
    shutil.copy(bundle / "tokenizer.json", work / "tokenizer.json")
    print(f"{len(vq)} + {len(tower)} + {len(mot)} tensors")


if __name__ == "__main__":
    main()
