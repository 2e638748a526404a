"""A small PyTorch sampler (PIPELINE 2.4-2.7) to look at what was learnt: python -m models.train.sample --recipe cpu --out sheet.png"""
from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from .config import load_recipe, work_dir
from .export import grid_side, load_trained
from .losses import prompt_end
from .mot import ElasticMoT
from .prompts import Prompts
from .vq import VQModel

PROMPTS = [
    "a photo of a red car", "a photo of a cat", "a photo of a blue dog", "a photo of a yellow bus", "a photo of an elephant on grass",
    "a photo of a pizza", "a green apple", "an elephant in the snow", "a photo of a pink umbrella on a white background",
    "a photo of a boat on the beach", "a train at night", "a photo of two dogs", "a photo of three donuts", "a photo of four clocks",
    "a photo of two red cakes", "a photo of a cat left of a car", "a photo of a cake above a book", "a photo of a horse below a bird",
    "a photo of a green suitcase and a blue dog", "a photo of a donut and a cake", "a photo of a couch right of a potted plant",
    "a purple backpack in a room", "a photo of a black backpack", "a zebra on a blue background",
]


def stratified_order(n: int) -> list[int]:
    """Unmask order of an n by n grid (PIPELINE 2.7)."""
    rng, size, blocks = random.Random(42), n, [(0, 0)]
    taken: set[tuple[int, int]] = set()
    out: list[int] = []
    while size > 1:
        half = size // 2
        blocks = [c for x, y in blocks for c in ((x, y), (x + half, y), (x, y + half), (x + half, y + half))]
        rng.shuffle(blocks)
        for x0, y0 in blocks:
            if any(x0 <= x < x0 + half and y0 <= y < y0 + half for x, y in taken):
                continue
            x, y = rng.randrange(x0, x0 + half), rng.randrange(y0, y0 + half)
            taken.add((x, y))
            out.append(y * n + x)
        size = half
    return out


def transfer_counts(m: int, steps: int, shift: float) -> list[int]:
    """How many codes each step commits: the `shift` schedule of PIPELINE 1.4 in float32."""
    steps = min(steps, m)
    t = torch.linspace(0, 1, steps + 1)
    sigma = shift * t / (1 + (shift - 1) * t)
    a = (sigma * m).int().tolist()
    d = [max(1, a[i + 1] - a[i]) for i in range(steps)]
    extra, i = sum(d) - m, 0
    while extra > 0:
        if d[i % steps] > 1:
            d[i % steps] -= 1
            extra -= 1
        i += 1
    return d[::-1]


@torch.inference_mode()
def sample(model: ElasticMoT, ids: Tensor, eot: int, side: int, steps: int, shift: float, guidance: float, temperature: float, order: str, seed: int,
           layout: Tensor | None = None, weight: float = 0.5) -> Tensor:
    """Pictures of prompts of one length, ids [n,L] with their canvas -> code ids [n,side*side]. eot: the id that ends a turn.

    layout: ids [n,M] of the same prompts with their layouts, whose logits count `weight` beside those without.
    """
    gen = torch.Generator().manual_seed(seed)
    n, total = len(ids), side * side
    x = torch.full((n, total), model.image_mask)
    plan = torch.tensor(stratified_order(side)) if order == "stratified" else torch.randperm(total, generator=gen)

    def logits(rows: Tensor, hidden: Tensor) -> Tensor:
        return model.head(model.image_features(rows, None, None, x.view(n, side, side), hidden.expand_as(rows))).float()

    nothing, done = torch.zeros(1, dtype=torch.bool), 0
    for k in transfer_counts(total, steps, shift):
        found = logits(ids, nothing)
        if guidance:
            end = prompt_end(ids, eot, False)
            found = (1 + guidance) * found - guidance * logits(ids, torch.arange(ids.shape[1]) < end)
        if layout is not None:
            found = torch.lerp(found, logits(layout, nothing), weight)
        where = plan[done:done + k]
        noise = -torch.log(-torch.log(torch.rand(n, k, model.codes, generator=gen).clamp(1e-9, 1 - 1e-7)))
        x[:, where] = (found[:, where] + temperature * noise).argmax(-1)
        done += k
    return x


def to_images(vq: VQModel, ids: Tensor, side: int) -> np.ndarray:
    """Codes -> uint8 [n,H,W,3], truncated as PIPELINE 2.10 says."""
    with torch.inference_mode():
        return (vq.decode_ids(ids, side, side).clamp(0, 1) * 255).to(torch.uint8).permute(0, 2, 3, 1).numpy()


def contact_sheet(model: ElasticMoT, vq: VQModel, prompts: Prompts, side: int, captions: list[str], settings: dict[str, float], order: str,
                  n: int, columns: int, seed: int) -> Image.Image:
    """Pictures of all prompts with their captions."""
    size = side * vq.factor
    rows = -(-len(captions) // columns)
    sheet = Image.new("RGB", (columns * n * (size + 2), rows * (size + 14)), "white")
    pen = ImageDraw.Draw(sheet)
    for i, prompt in enumerate(captions):
        rows = torch.tensor([prompts.paint(prompt)] * n)
        ids = sample(model, rows, prompts.eot, side, int(settings["steps"]), settings["shift"], settings["guidance"], settings["temperature"], order, seed)
        x, y = i % columns * n * (size + 2), i // columns * (size + 14)
        for j, image in enumerate(to_images(vq, ids, side)):
            sheet.paste(Image.fromarray(image), (x + j * (size + 2), y + 13))
        pen.text((x + 2, y), prompt.replace("a photo of ", "")[:44 * n], fill="black")
    return sheet


def main() -> None:
    """Write one contact sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="cpu")
    parser.add_argument("--work")
    parser.add_argument("--out", required=True)
    parser.add_argument("--order", default="stratified")
    parser.add_argument("--n", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--prompt", action="append")
    recipe_keys = {"steps": int, "guidance": float, "temperature": float, "shift": float}
    for key, kind in recipe_keys.items():
        parser.add_argument(f"--{key}", type=kind)
    args = parser.parse_args()
    recipe = load_recipe(args.recipe)
    defaults = recipe["bundle"]["t2i"]
    settings = {k: getattr(args, k) if getattr(args, k) is not None else defaults["guidance_scale" if k == "guidance" else k] for k in recipe_keys}
    model, vq, prompts, state = load_trained(recipe, work_dir(args.work))
    sheet = contact_sheet(model, vq, prompts, grid_side(recipe), args.prompt or PROMPTS, settings, args.order, args.n, 12 // args.n, args.seed)
    sheet.save(Path(args.out))
    print(f"step {state.get('step')}, {settings}")


if __name__ == "__main__":
    main()
