"""A pool of encoded pictures: every entry is a scene, an edit of it and the edited scene, with VQ codes and tower tokens of both."""
from __future__ import annotations

import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.multiprocessing as mp

from .config import out_of_time
from .compose_torch import make_composer
from .edits import Edit, sample_edit
from .train_tower import load_tower
from .train_vq import load_vq
from .world import World


def build_pool(recipe: dict[str, Any], work: Path) -> None:
    """Encode pool.entries edits in chunks into WORK/pool-*.npz and .pkl, on train.workers processes; finished chunks are kept."""
    workers = recipe["train"]["workers"]
    if workers == 1:
        encode_chunks(0, recipe, work)
    else:
        mp.spawn(encode_chunks, (recipe, work), nprocs=workers)


def encode_chunks(rank: int, recipe: dict[str, Any], work: Path) -> None:
    """One worker's share of the chunks. Half of the pictures are shown to the tower through the VQ tokenizer, as nano's own will be."""
    cfg, workers, device = recipe["pool"], recipe["train"]["workers"], recipe["train"]["device"]
    torch.set_num_threads(max(1, recipe["train"]["threads"] // workers))
    vq, tower = load_vq(recipe, work).to(device, memory_format=torch.channels_last), load_tower(recipe, work).to(device)
    composer = make_composer(recipe["world"], device)
    side = recipe["world"]["image_size"] // vq.factor
    for index in range(rank, cfg["entries"] // cfg["chunk"], workers):
        path = work / f"pool-{index:03d}.npz"
        if path.exists() or out_of_time(recipe):
            continue
        start, world = time.time(), World(recipe["world"], cfg["seed"] + index)
        edits = [sample_edit(world, world.sample()) for _ in range(cfg["chunk"])]
        scenes = [s for e in edits for s in (e.source, e.target)]
        codes, seen, light = [], [], []
        with torch.inference_mode(), torch.autocast(device, torch.bfloat16):
            for i in range(0, len(scenes), 40):
                x = composer.pictures(scenes[i:i + 40]).contiguous(memory_format=torch.channels_last)
                ids = vq.encode_ids(x)
                y = x.clone()
                y[::2] = vq.decode_ids(ids[::2], side, side).float().clamp(0, 1)
                codes.append(ids.cpu().numpy().astype(np.uint16))
                seen.append(tower(y).float().cpu().numpy().astype(np.float16))
                luma = (x * x.new_tensor([0.2126, 0.7152, 0.0722]).view(3, 1, 1)).sum(1)
                light.append(torch.stack([luma.mean((1, 2)), luma.std((1, 2))], 1).cpu().numpy())
        tmp = path.with_suffix(".tmp.npz")
        np.savez(tmp, codes=np.concatenate(codes), seen=np.concatenate(seen), light=np.concatenate(light))
        path.with_suffix(".pkl").write_bytes(pickle.dumps(edits))
        tmp.replace(path)
        print(f"pool chunk {index}: {len(scenes) / (time.time() - start):.0f} pictures/s", flush=True)


class Pool:
    """The encoded entries in memory. Picture 2*i is the source of entry i, picture 2*i+1 its target."""

    def __init__(self, work: Path) -> None:
        paths = sorted(work.glob("pool-???.npz"))
        data = [np.load(p) for p in paths]
        self.codes = np.concatenate([d["codes"] for d in data])
        self.seen = np.concatenate([d["seen"] for d in data])
        self.light = np.concatenate([d["light"] for d in data])
        self.edits: list[Edit] = [e for p in paths for e in pickle.loads(p.with_suffix(".pkl").read_bytes())]
        assert len(self.codes) == 2 * len(self.edits)

    def __len__(self) -> int:
        return len(self.edits)
