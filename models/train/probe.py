"""A rough automatic check: are single objects on a plain ground recognised by nearest drawn picture?

python -m models.train.probe --recipe cpu --work DIR [--count 48]. Every object and tint is drawn at every allowed place; the nearest
drawing (mean squared error) to a generated picture names its object and colour. Prompts with held-out colour pairs are counted apart.
"""
from __future__ import annotations

import argparse
import random

import numpy as np
import torch

from .compose import Composer
from .config import load_recipe, work_dir
from .export import grid_side, load_trained
from .sample import sample, to_images
from .world import Placed, Scene, article, held_out


def main() -> None:
    """Print shares of right object, right colour and both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="cpu")
    parser.add_argument("--work")
    parser.add_argument("--count", type=int, default=48)
    for name, default in (("steps", None), ("guidance", None), ("temperature", None), ("shift", None)):
        parser.add_argument(f"--{name}", type=float, default=default)
    parser.add_argument("--order", default="stratified")
    args = parser.parse_args()
    torch.set_num_threads(1)
    recipe = load_recipe(args.recipe)
    spec, t2i = recipe["world"], recipe["bundle"]["t2i"]
    model, vq, tokens, _ = load_trained(recipe, work_dir(args.work))
    composer, side = Composer(spec), grid_side(recipe)
    steps, guidance, temperature, shift = (
        getattr(args, k) if getattr(args, k) is not None else t2i[d]
        for k, d in (("steps", "steps"), ("guidance", "guidance_scale"), ("temperature", "temperature"), ("shift", "shift")))
    size, full = spec["single_size"], spec["image_size"]
    keys, drawn = [], []
    for name in spec["objects"]:
        for color in [None, *spec["colors"]]:
            for y in range(0, full - size + 1, spec["grid"]):
                for x in range(0, full - size + 1, spec["grid"]):
                    keys.append((name, color))
                    picture = composer.draw(Scene("", "skyblue", [Placed(name, color, size, x, y)]))
                    drawn.append(picture.reshape(full // 4, 4, full // 4, 4, 3).mean((1, 3)).astype(np.float32).ravel() / 255)
    bank = torch.from_numpy(np.stack(drawn))
    rng = random.Random(5)
    wants = [(rng.choice(spec["objects"]), rng.choice([None, *spec["colors"]])) for _ in range(args.count)]
    score: dict[str, list[tuple[bool, bool]]] = {"seen": [], "held out": []}
    for i, (name, color) in enumerate(wants):
        phrase = f"{color} {name}" if color else name
        ids = sample(model, tokens, f"a photo of {article(phrase)} on a blue background", side, 1, int(steps), shift, guidance, temperature, args.order, i)
        picture = to_images(vq, ids, side)[0].reshape(full // 4, 4, full // 4, 4, 3).mean((1, 3)).astype(np.float32).ravel() / 255
        got = keys[int((bank - torch.from_numpy(picture)).square().mean(1).argmin())]
        fresh = bool(color) and held_out(f"{color} {name}", spec["holdout_percent"])
        score["held out" if fresh else "seen"].append((got[0] == name, got[1] == color))
    for kind, rows in score.items():
        if rows:
            a = np.array(rows)
            print(f"{kind}: {len(rows)} prompts, object {a[:, 0].mean():.2f}, colour {a[:, 1].mean():.2f}, both {a.all(1).mean():.2f} "
                  f"(steps {steps}, w {guidance}, T {temperature}, shift {shift}, {args.order})", flush=True)


if __name__ == "__main__":
    main()
