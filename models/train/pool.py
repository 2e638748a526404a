"""A pool of encoded scenes: code grids, captions' token ids and lengths, so that training never pays for the VQ encoder."""
from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Iterator

import numpy as np
import torch
import torch.multiprocessing as mp
from torch import Tensor

from .compose import Composer
from .export import grid_side
from .tokenizer import T2ITokens
from .train_vq import load_vq
from .world import World


def pool_world(recipe: dict[str, Any], index: int) -> World:
    """The world that chunk INDEX was drawn from; chunks after the first wide_chunks hold usual placements only."""
    return World(recipe["world"], recipe["pool"]["seed"] + index, focus=index >= recipe["pool"]["wide_chunks"])


def build_pool(recipe: dict[str, Any], work: Path) -> None:
    """Encode pool.scenes scenes in chunks into WORK/pool-*.npz, on train.workers processes; finished chunks are kept."""
    mp.spawn(encode_chunks, (recipe, work), nprocs=recipe["train"]["workers"])


def encode_chunks(rank: int, recipe: dict[str, Any], work: Path) -> None:
    """One worker's share of the chunks."""
    cfg, workers = recipe["pool"], recipe["train"]["workers"]
    torch.set_num_threads(max(1, recipe["train"]["threads"] // workers))
    vq = load_vq(recipe, work).to(memory_format=torch.channels_last)
    composer = Composer(recipe["world"])
    for index in range(rank, cfg["scenes"] // cfg["chunk"], workers):
        path = work / f"pool-{index:03d}.npz"
        if path.exists():
            continue
        start, world = time.time(), pool_world(recipe, index)
        scenes = [world.sample() for _ in range(cfg["chunk"])]
        parts = []
        with torch.inference_mode():
            for i in range(0, len(scenes), 50):
                x = torch.from_numpy(composer.batch(scenes[i:i + 50])).permute(0, 3, 1, 2).float() / 255
                parts.append(vq.encode_ids(x.contiguous(memory_format=torch.channels_last)).to(torch.int16).numpy())
        tmp = path.with_suffix(".tmp.npz")
        np.savez_compressed(tmp, codes=np.concatenate(parts).astype(np.uint16), captions=np.array([s.caption for s in scenes]))
        tmp.replace(path)
        print(f"pool chunk {index}: {cfg['chunk'] / (time.time() - start):.0f} scenes/s", flush=True)


class Pool:
    """Endless batches in which all captions have the same token length (no padding anywhere)."""

    def __init__(self, recipe: dict[str, Any], work: Path, tokens: T2ITokens, seed: int, focus: bool = False) -> None:
        """With focus, scenes of unusual placement are left out (the last part of training)."""
        self.recipe, self.focus = recipe, focus
        self.side, self.work, self.tokens = grid_side(recipe), work, tokens
        self.rng = np.random.default_rng(seed)
        self.codes: list[np.ndarray] = []
        self.heads: list[list[int]] = []
        self.prompt: dict[int, int] = {}
        self.tail: list[int] = []
        self.loaded: set[str] = set()
        self.buckets: dict[int, list[int]] = defaultdict(list)
        self.refresh()

    def refresh(self) -> bool:
        """Take in chunks written since the last call."""
        fresh = sorted(p for p in self.work.glob("pool-???.npz") if p.name not in self.loaded)
        for path in fresh:
            data = np.load(path)
            world = pool_world(self.recipe, int(path.stem[-3:]))
            self.loaded.add(path.name)
            for codes, caption in zip(data["codes"], data["captions"].tolist()):
                scene = world.sample()
                assert scene.caption == caption
                if self.focus and not world.is_usual(scene):
                    continue
                head, self.tail, prompt = self.tokens(caption)
                self.prompt[len(head)] = prompt
                self.buckets[len(head)].append(len(self.heads))
                self.heads.append(head)
                self.codes.append(codes)
        return bool(fresh)

    def batches(self, size: int) -> Iterator[tuple[Tensor, Tensor, Tensor, int]]:
        """Yields (head ids [b,n], tail ids [b,m], codes [b,side,side], prompt length), an epoch at a time."""
        while True:
            plan = []
            for ids in self.buckets.values():
                order = self.rng.permutation(ids)
                plan += [order[i:i + size] for i in range(0, len(order) - size + 1, size)]
            for i in self.rng.permutation(len(plan)):
                rows = plan[i]
                head = torch.tensor([self.heads[r] for r in rows])
                codes = torch.from_numpy(np.stack([self.codes[r] for r in rows]).astype(np.int64)).view(size, self.side, self.side)
                yield head, torch.tensor([self.tail] * size), codes, self.prompt[head.shape[1]]
            self.refresh()
