"""One command from sprites to bundle: python -m models.train.run --recipe cpu [--work DIR] [--stage NAME ...]

Every stage leaves its result in the work folder and is skipped or resumed when run again.
"""
from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

from .config import load_recipe, out_of_time, work_dir

STAGES = ("vq", "tokenizer", "tower", "pool", "train", "own", "text", "picture", "decoder", "export")


def main() -> None:
    """Parse the command line and run the stages in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="cpu", help="name in recipes/ or path to a recipe file")
    parser.add_argument("--work", help="work folder (default $LAVIDA_TRAIN_DIR or ./.train)")
    parser.add_argument("--stage", action="append", choices=STAGES, help="run only these stages")
    parser.add_argument("--out", default="models/nano", help="bundle folder written by the export stage")
    parser.add_argument("--check", help="also write the numerical cross-check files into this folder")
    parser.add_argument("--seconds", type=float, help="stop, resumable, after this time: for machines that are lent in pieces")
    args = parser.parse_args()
    recipe, work = load_recipe(args.recipe), work_dir(args.work)
    if args.seconds:
        recipe["deadline"] = time.time() + args.seconds
    torch.set_num_threads(recipe["train"]["threads"])
    torch.backends.cudnn.benchmark = True
    for stage in args.stage or STAGES:
        if out_of_time(recipe):
            print(f"out of time before {stage}; run again to go on", flush=True)
            break
        if stage == "vq":
            from .train_vq import train_vq

            train_vq(recipe, work)
        elif stage == "tokenizer":
            from .tokenizer import train_tokenizer

            train_tokenizer(recipe, work)
        elif stage == "tower":
            from .train_tower import train_tower

            train_tower(recipe, work)
        elif stage == "pool":
            from .pool import build_pool

            build_pool(recipe, work)
        elif stage == "train":
            from .train_mot import train_mot

            train_mot(recipe, work)
        elif stage == "own":
            from .own import paint_own

            paint_own(recipe, work)
        elif stage in ("text", "picture"):
            from .train_part import train_part

            train_part(recipe, work, stage)
        elif stage == "decoder":
            from .train_decoder import train_decoder

            train_decoder(recipe, work)
        else:
            from .export import export_bundle

            export_bundle(recipe, work, Path(args.out), Path(args.check) if args.check else None)


if __name__ == "__main__":
    main()
