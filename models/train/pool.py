"""A pool of encoded pictures: every entry is a scene, an edit of it and the edited scene, with VQ codes and tower tokens of both."""
from __future__ import annotations

import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

import numpy as np
import torch
import torch.multiprocessing as mp

from .config import loader_count, out_of_time
from .compose_torch import make_composer
from .edits import Edit, sample_edit
from .train_tower import load_tower
from .train_vq import load_vq
from .world import FACING, OVERLAP, OWN, SIZED, VARIED, Scene, World


@dataclass(frozen=True)
class Painted:
    """A caption that the model painted, the scene it spoke of, what the picture shows, and what is wrong with it (None: nothing). Made in own.py."""

    caption: str
    wanted: Scene
    found: Scene
    reply: str | None


def build_pool(recipe: dict[str, Any], work: Path) -> None:
    """Encode pool.entries edits in chunks into WORK/pool-*.npz and .pkl, on train.workers processes; finished chunks are kept.

    pool.sized adds entries of a world whose captions speak of sizes: WORK/sized-*.npz and .pkl; pool.overlap of one where things stand in front of others, pool.facing of one
    whose captions tell which way things face. pool.varied adds entries of a looser world (any size,
    flips, turns, overlap) that are only looked at, never painted: WORK/varied-*.npz and .pkl, without codes.
    """
    workers = recipe["train"]["workers"]
    for kind in ("pool", *(k for k in (SIZED, OVERLAP, FACING, VARIED) if k in recipe["pool"])):
        if workers == 1:
            encode_chunks(0, recipe, work, kind)
        else:
            mp.spawn(encode_chunks, (recipe, work, kind), nprocs=workers)


def draw_chunk(world: dict[str, Any], seed: int, count: int) -> list[Edit]:
    """Edits of one chunk; the same for the same seed."""
    drawn = World(world, seed)
    return [sample_edit(drawn, drawn.sample()) for _ in range(count)]


def drawn_chunks(cfg: dict[str, Any], world: dict[str, Any], loaders: int, chunks: list[int]) -> Iterator[list[Edit]]:
    """The edits of each chunk, drawn by so many processes ahead of a GPU, or here."""
    jobs = [(world, cfg["seed"] + index, cfg["chunk"]) for index in chunks]
    if not loaders or not jobs:
        yield from (draw_chunk(*job) for job in jobs)
        return
    with ProcessPoolExecutor(loaders, mp_context=mp.get_context("spawn")) as executor:
        yield from executor.map(draw_chunk, *zip(*jobs))


def encode_chunks(rank: int, recipe: dict[str, Any], work: Path, kind: str) -> None:
    """One worker's share of the chunks. Of the pictures with codes every second is shown to the tower through the VQ tokenizer, as nano's own will be."""
    cfg, workers, device = recipe["pool"], recipe["train"]["workers"], recipe["train"]["device"]
    world = recipe["world"]
    if kind != "pool":
        cfg, world = cfg | cfg[kind], world | cfg[kind]["world"]
    torch.set_num_threads(max(1, recipe["train"]["threads"] // workers))
    # A CPU runs the VQ's convolutions half as fast again with channels last.
    layout = torch.channels_last if device == "cpu" else torch.preserve_format
    vq, tower = load_vq(recipe, work).to(device, memory_format=layout), load_tower(recipe, work).to(device)
    composer = make_composer(world, device)
    side = world["image_size"] // vq.factor
    chunks = [i for i in range(rank, cfg["entries"] // cfg["chunk"], workers) if not (work / f"{kind}-{i:03d}.npz").exists()]
    start = time.time()
    for index, edits in zip(chunks, drawn_chunks(cfg, world, loader_count(recipe), chunks)):
        if out_of_time(recipe):
            return
        path = work / f"{kind}-{index:03d}.npz"
        scenes = [s for e in edits for s in (e.source, e.target)]
        made: dict[str, list[np.ndarray]] = {"seen": [], "light": []}
        with torch.inference_mode(), torch.autocast(device, torch.bfloat16):
            for i in range(0, len(scenes), cfg["batch"]):
                x = composer.pictures(scenes[i:i + cfg["batch"]])
                y = x
                if kind != VARIED:
                    ids = vq.encode_ids(x)
                    y = x.clone()
                    y[::2] = vq.decode_ids(ids[::2], side, side).float().clamp(0, 1)
                    made.setdefault("codes", []).append(ids.cpu().numpy().astype(np.uint16))
                made["seen"].append(tower(y).float().cpu().numpy().astype(np.float16))
                luma = (x * x.new_tensor([0.2126, 0.7152, 0.0722]).view(3, 1, 1)).sum(1)
                made["light"].append(torch.stack([luma.mean((1, 2)), luma.std((1, 2))], 1).cpu().numpy())
        tmp = path.with_suffix(".tmp.npz")
        np.savez(tmp, **{name: np.concatenate(parts) for name, parts in made.items()})
        path.with_suffix(".pkl").write_bytes(pickle.dumps(edits))
        tmp.replace(path)
        print(f"{kind} chunk {index}: {len(scenes) / (time.time() - start):.0f} pictures/s", flush=True)
        start = time.time()


class Pool:
    """The encoded entries in memory. Picture 2*i is the source of entry i, picture 2*i+1 its target. The first `painted` entries have codes; the others can be looked at.

    ranges: the entries with codes, by kind. The model's own pictures come after those of the entries: right and wrong ones, picture -> what was painted.
    """

    def __init__(self, work: Path, device: str | None = "cpu") -> None:
        """Codes and tower tokens go to the device, or are left out if it is None: a loader needs only what is said of the pictures."""
        plain, sized, overlap, facing, varied, own = (sorted(work.glob(f"{kind}-???.npz")) for kind in ("pool", SIZED, OVERLAP, FACING, VARIED, OWN))
        painted = plain + sized + overlap + facing
        entries = painted + varied
        data = [np.load(p) for p in entries]
        self.light = np.concatenate([d["light"] for d in data])
        chunks: list[list[Edit]] = [pickle.loads(p.with_suffix(".pkl").read_bytes()) for p in entries]
        self.edits = [e for chunk in chunks for e in chunk]
        self.painted = sum(len(chunk) for chunk in chunks[:len(painted)])
        ends = [sum(len(chunk) for chunk in chunks[:n]) for n in (0, len(plain), len(plain + sized), len(plain + sized + overlap), len(painted))]
        self.ranges = dict(zip(("pool", SIZED, OVERLAP, FACING), map(range, ends, ends[1:])))
        assert len(self.light) == 2 * len(self.edits)
        made: list[Painted] = [one for p in own for one in pickle.loads(p.with_suffix(".pkl").read_bytes())]
        numbered = list(enumerate(made, 2 * len(self.edits)))
        self.right = {i: one for i, one in numbered if one.reply is None}
        self.wrong = {i: one for i, one in numbered if one.reply is not None}
        if device:
            self.codes = torch.cat([torch.from_numpy(d["codes"].astype(np.int16)).to(device) for d in data[:len(painted)]])
            self.seen = torch.cat([torch.from_numpy(d["seen"]).to(device) for d in data + [np.load(p) for p in own]])

    def __len__(self) -> int:
        return len(self.edits)
