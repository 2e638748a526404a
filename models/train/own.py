"""Pictures that the model paints itself, and what came out: what its critic has to judge.

Drawn scenes with wrong captions teach how words and pictures differ, not how the model's own pictures fail. Here it paints captions of the training world, mostly in
fewer steps than it should, the evaluation's sprite checker says what is there, and the caption is right or wrong about that.
"""
from __future__ import annotations

import json
import pickle
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Iterator

import numpy as np
import torch
import torch.multiprocessing as mp
from PIL import Image

from .compose import Composer
from .config import HERE, out_of_time
from .export import grid_side, load_trained
from .language import NUMBERS, RELATIONS, complaint, describe
from .pool import Painted
from .prompts import Prompts
from .sample import sample
from .train_tower import load_tower
from .world import OWN, SIZED, Placed, Scene, World

CHECKER = HERE.parents[1] / "test" / "eval" / "check.ts"


def stated(caption: str, scene: Scene) -> tuple[str, str, str] | None:
    """The relation a caption of two different things says: (name, key of RELATIONS, name)."""
    if len(scene.items) != 2:
        return None
    for key, words in RELATIONS.items():
        for word in words:
            before, said, after = caption.partition(f" {word} ")
            for a, b in (scene.items, scene.items[::-1]):
                if said and a.name in before and b.name in after:
                    return a.name, key, b.name
    return None


def judged(caption: str, wanted: Scene, found: Scene) -> Painted | None:
    """What a picture of `found` is to its caption; None where that is unclear: the checker takes smears for small things, which nobody asked for."""
    if any(n > max(NUMBERS) for n in Counter(i.name for i in found.items).values()):
        return None
    reply = complaint(wanted, found, stated(caption, wanted))
    return None if reply and reply.startswith("There should be no ") else Painted(caption, wanted, found, reply)


def same_fault(one: Painted, faint: Scene) -> bool:
    """Whether a wrong picture stays wrong in the same way when what fits badly counts too."""
    names = {i.name for i in one.wanted.items}
    again = judged(one.caption, one.wanted, replace(faint, items=tuple(i for i in faint.items if i.name in names)))
    return again is not None and again.reply == one.reply


def own_worlds(recipe: dict[str, Any]) -> list[dict[str, Any]]:
    """The worlds whose captions are painted, chunk by chunk in turn: the recipe's, and once the one that speaks of sizes if it has one."""
    pool = recipe["pool"]
    plain = recipe["world"] | pool[OWN].get("world", {})
    return [plain] * 3 + [plain | {k: v for k, v in pool[SIZED]["world"].items() if k != "mix"}] if SIZED in pool else [plain]


@dataclass
class Asked:
    """A scene, its caption, and the prompts that ask for it: with and without a layout."""

    scene: Scene
    caption: str
    ids: list[int]
    layout: list[int]


def batches(world: World, prompts: Prompts, composer: Composer, size: int) -> Iterator[list[Asked]]:
    """Endlessly what to paint, of one length: nothing is ever padded."""
    waiting: dict[tuple[int, int], list[Asked]] = defaultdict(list)
    while True:
        scene = world.sample()
        caption = describe(scene, world.rng, plain=world.rng.random() < 0.5)
        one = Asked(scene, caption, prompts.paint(caption), prompts.paint(caption, "", prompts.plan(composer.boxes(scene))))
        key = len(one.ids), len(one.layout)
        waiting[key].append(one)
        if len(waiting[key]) == size:
            yield waiting.pop(key)


def check(pictures: np.ndarray, world: World, faint: bool = False) -> list[Scene | None]:
    """What the evaluation's checker sees in pictures uint8 [n,H,W,3]; None where it knows no such background. Raises FileNotFoundError without Node.

    faint: also what fits badly, which is far from sure.
    """
    node = shutil.which("node")
    if node is None:
        raise FileNotFoundError("The checker that judges the model's pictures runs on Node. Put node on the PATH (node_modules/.bin has one after npm ci).")
    sizes = sorted({world.size, *world.spec.get("size_words", {}).values()})
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / f"{i:04d}.png") for i in range(len(pictures))]
        for path, picture in zip(paths, pictures):
            Image.fromarray(picture).save(path, compress_level=1)
        told = subprocess.run([node, str(CHECKER), "--objects", ",".join(world.objects), "--sizes", ",".join(map(str, sizes)), *(["--faint"] if faint else []), *paths],
                              check=True, stdout=subprocess.PIPE, text=True).stdout
    out: list[Scene | None] = []
    for line in told.splitlines():
        seen = json.loads(line)
        items = [Placed(o["name"], o["color"], o["size"], int(o["x"]), int(o["y"])) for o in seen["objects"]]
        words = [i.told_size(world.size) for i in items]
        items = [Placed(i.name, i.color, i.size, i.x, i.y, word=w) for i, w in zip(items, words)]
        out.append(Scene(seen["background"], tuple(items)) if seen["background"] else None)
    return out


def clear(group: list[Asked], pictures: np.ndarray, world: World) -> list[Painted | None]:
    """What pictures uint8 [n,H,W,3] are to their captions, None where that is not clear."""
    out = [judged(one.caption, one.scene, there) if there else None for one, there in zip(group, check(pictures, world))]
    wrong = [i for i, one in enumerate(out) if one and one.reply]
    if wrong:
        for i, there in zip(wrong, check(pictures[wrong], world, faint=True)):
            if there is None or not same_fault(out[i], there):
                out[i] = None
    return out


def paint_own(recipe: dict[str, Any], work: Path) -> None:
    """pool.own.pictures of them in chunks into WORK/own-NNN.npz and .pkl, on train.workers processes; finished chunks are kept. Does nothing without that section."""
    if OWN not in recipe["pool"]:
        return
    workers = recipe["train"]["workers"]
    if workers == 1:
        paint_chunks(0, recipe, work)
    else:
        mp.spawn(paint_chunks, (recipe, work), nprocs=workers)


class Painter:
    """The model with all it takes to paint captions and to see what came out."""

    def __init__(self, recipe: dict[str, Any], work: Path) -> None:
        self.defaults, self.side = recipe["bundle"], grid_side(recipe)
        self.model, self.vq, self.prompts, _ = load_trained(recipe, work)
        self.tower = load_tower(recipe, work)

    def paint(self, group: list[Asked], how: dict[str, Any], seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Pictures uint8 [n,H,W,3] of prompts of one length, painted one of the recipe's ways, and their tower tokens."""
        layout = torch.tensor([one.layout for one in group]) if how["layout"] else None
        t2i, side = self.defaults["t2i"], self.side
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            ids = sample(self.model, torch.tensor([one.ids for one in group]), self.prompts.eot, side, how["steps"], t2i["shift"], 0, how["temperature"],
                         t2i["order"], seed, layout, self.defaults["plan"]["weight"])
            x = self.vq.decode_ids(ids, side, side).float().clamp(0, 1)
            tokens = self.tower(x).float().numpy().astype(np.float16)
        return (x * 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy(), tokens


def paint_chunks(rank: int, recipe: dict[str, Any], work: Path) -> None:
    """One worker's share of the chunks. A layout that counts half and puts things in unusual places is what makes most whole, sharp mistakes."""
    cfg, workers = recipe["pool"][OWN], recipe["train"]["workers"]
    torch.set_num_threads(max(1, recipe["train"]["threads"] // workers))
    painter, worlds = Painter(recipe, work), own_worlds(recipe)
    for index in range(rank, cfg["pictures"] // cfg["chunk"], workers):
        path = work / f"{OWN}-{index:03d}.npz"
        if path.exists():
            continue
        if out_of_time(recipe):
            return
        start, seed = time.time(), cfg["seed"] + index
        world, rng = World(worlds[index // workers % len(worlds)], seed), random.Random(seed)
        groups = batches(world, painter.prompts, Composer(world.spec, recipe.get("box_steps", 32)), cfg["batch"])
        made: list[Painted] = []
        seen: list[np.ndarray] = []
        tried = 0
        while tried < cfg["chunk"]:
            group = next(groups)
            tried += len(group)
            pictures, tokens = painter.paint(group, rng.choice(cfg["ways"]), rng.randrange(2**31))
            kept = [(one, token) for one, token in zip(clear(group, pictures, world), tokens) if one]
            made += [one for one, _ in kept]
            seen += [token for _, token in kept]
        tmp = path.with_suffix(".tmp.npz")
        np.savez(tmp, seen=np.stack(seen))
        path.with_suffix(".pkl").write_bytes(pickle.dumps(made))
        tmp.replace(path)
        wrong = sum(one.reply is not None for one in made)
        print(f"own chunk {index}: {len(made)} of {tried} pictures clear, {wrong} of them wrong, {tried / (time.time() - start):.1f} pictures/s", flush=True)
