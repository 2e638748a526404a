"""Starts from a bundle instead of from nothing: python -m models.train.warm --bundle models/nano --work DIR

Leaves vq.pt, tower.pt, tokenizer.json and mot.pt (F16 weights, no optimizer states) in the work folder, so that the pool and train stages of a
recipe of the same sizes go on from what is shipped. More of the world (objects, colours) may be added; sizes may not change.
"""
from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from .compose import RGB
from .config import save_atomic, work_dir
from .tokenizer import MERGED, TURNED, give_later_words
from .world import SIZE_WORDS

# What is in front stands to the right and lower where nothing else is said (world.py), so the words begin near those.
NEAR = {" front": ("right", "below"), " behind": ("left", "above")}


def start_words(tables: list[Tensor], path: Path) -> None:
    """Rows of words that the bundle did not know, in place, of embeddings and of the last matrix, each [vocab,d].

    Words for sizes are alike where they mean the same, and like colours, which stand where they do, as the way that something faces; words for depth are like
    other relations.
    """
    ids = give_later_words(path)
    vocab = json.loads(path.read_text())["model"]["vocab"]
    for rows in tables:
        torch.manual_seed(6)
        colors = rows[[vocab["Ġ" + color] for color in RGB if "Ġ" + color in vocab]]
        mean = colors.mean(0)
        spread = (colors - mean).norm(dim=1).mean()
        away = {kind: spread * torch.nn.functional.normalize(torch.randn_like(mean), dim=0) for kind in (*SIZE_WORDS, *NEAR)}
        turn = spread * torch.nn.functional.normalize(torch.randn_like(mean), dim=0)
        for word, at in ids.items():
            if word in TURNED:
                rows[at] = mean + (turn if TURNED[word] == "right" else -turn)
            elif word in NEAR:
                rows[at] = rows[[vocab["Ġ" + like] for like in NEAR[word]]].mean(0) + away[word]
            elif word == "".join(MERGED):
                rows[at] = rows[vocab["Ġ" + word]]
            else:
                size = next(size for size, words in SIZE_WORDS.items() if word.strip() in words)
                rows[at] = mean + away[size]


def main() -> None:
    """Split the bundle's tensors over the stages' files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", default="models/nano")
    parser.add_argument("--work")
    parser.add_argument("--words", action="store_true", help="give it the words that it does not know yet: for sizes, for what is in front, for ways to face, and gray as an answer")
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
    shutil.copy(bundle / "tokenizer.json", work / "tokenizer.json")
    if args.words:
        start_words([mot["transformer.wte.weight"], mot["transformer.ff_out.weight"]], work / "tokenizer.json")
    save_atomic({"model": mot, "ema": mot, "state": state}, work / "mot.pt")
    print(f"{len(vq)} + {len(tower)} + {len(mot)} tensors")


if __name__ == "__main__":
    main()
