"""Trains the vision tower on what is where: for every patch the object, its colour and which part of it lies there.

The labels stand in for the contrastive pre-training of the published tower; the heads that read them are thrown away.
"""
from __future__ import annotations

import time
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import Tensor, nn

from .compose_torch import make_composer
from .config import loader_count, save_atomic
from .optim import Muon
from .scenes import scene_batches
from .tower import Tower
from .train_vq import load_vq
from .workers import average, join_workers
from .world import KEYS, OVERLAP, SIZED, VARIED, Scene, World

PARTS = 4


def patch_labels(world: World, scene: Scene, patches: int) -> np.ndarray:
    """[patches,patches,3]: object (0 = none), colour (0 = own), part of the sprite in a PARTS x PARTS grid; topmost sprite wins."""
    out = np.zeros((patches, patches, 3), np.int64)
    middles = (np.arange(patches) + 0.5) * world.full / patches
    for item in scene.items:
        color = world.colors.index(item.color) + 1 if item.color else 0
        u, v = (middles - item.x) / item.size, (middles - item.y) / item.size
        columns, rows = ((0 <= w) & (w < 1) for w in (u, v))
        part = (v[rows] * PARTS).astype(int)[:, None] * PARTS + (u[columns] * PARTS).astype(int)
        name = world.objects.index(item.name) + 1
        out[np.ix_(rows, columns)] = np.stack([np.full_like(part, name), np.full_like(part, color), part], -1)
    return out


def labels_of(patches: int, world: World, scene: Scene) -> tuple[np.ndarray, int]:
    """Patch labels and the background's place in KEYS."""
    return patch_labels(world, scene, patches), KEYS.index(scene.background)


class Heads(nn.Module):
    """Reads the four patches of a pooled token."""

    def __init__(self, world: World, width: int) -> None:
        super().__init__()
        self.sizes = (len(world.objects) + 1, len(world.colors) + 1, PARTS * PARTS)
        self.patch = nn.Linear(width, 4 * sum(self.sizes))
        self.place = nn.Linear(width, len(KEYS))

    def forward(self, x: Tensor, side: int) -> tuple[list[Tensor], Tensor]:
        """Tokens [b,side*side,width] -> logits over patches [b,2*side,2*side,classes] each, and over backgrounds [b,classes]."""
        y = self.patch(x).view(x.shape[0], side, side, 2, 2, -1).permute(0, 1, 3, 2, 4, 5).reshape(x.shape[0], 2 * side, 2 * side, -1)
        return list(y.split(self.sizes, -1)), self.place(x.mean(1))


def worn(x: Tensor, vq: Any, rng: np.random.Generator) -> Tensor:
    """Pictures as the tower will meet them: clean, through the VQ tokenizer, or blurred and noisy."""
    kind = rng.random()
    if kind < 0.35:
        return x
    if kind < 0.7 and vq is not None:
        side = x.shape[2] // vq.factor
        with torch.inference_mode(), torch.autocast(x.device.type, torch.bfloat16):
            out = vq.decode_ids(vq.encode_ids(x), side, side)
        return out.float().clamp(0, 1).clone()
    small = F.interpolate(x, scale_factor=float(rng.uniform(0.5, 0.9)), mode="bilinear", antialias=True)
    out = F.interpolate(small, size=x.shape[2:], mode="bilinear")
    return (out + torch.randn_like(out) * float(rng.uniform(0, 0.04))).clamp(0, 1)


def tower_worlds(recipe: dict[str, Any]) -> list[dict[str, Any]]:
    """The worlds the tower is shown, a batch of each in turn: the recipe's own, and with tower.go_on those of the pool's other kinds."""
    kinds = [k for k in (SIZED, OVERLAP, VARIED) if k in recipe["pool"]] if recipe["tower"].get("go_on") else []
    return [recipe["world"], *(recipe["world"] | recipe["pool"][k]["world"] for k in kinds)]


def train_tower(recipe: dict[str, Any], work: Path) -> None:
    """Train on train.workers processes; leaves WORK/tower.pt. With tower.go_on, one that came out of a bundle is trained on."""
    path = work / "tower.pt"
    if path.exists() and not (recipe["tower"].get("go_on") and torch.load(path, weights_only=False)["state"]["images"] == 0):
        return
    if recipe["train"]["workers"] == 1:
        tower_worker(0, recipe, work)
    else:
        mp.spawn(tower_worker, (recipe, work), nprocs=recipe["train"]["workers"])


def tower_worker(rank: int, recipe: dict[str, Any], work: Path) -> None:
    """One worker; rank 0 measures on unseen scenes and saves."""
    cfg, workers, device = recipe["tower"], recipe["train"]["workers"], recipe["train"]["device"]
    join_workers(recipe["train"], work, rank, "tower")
    torch.manual_seed(cfg["seed"])
    world, composer = World(recipe["world"], cfg["seed"] + rank), make_composer(recipe["world"], device)
    model = Tower(cfg).to(device)
    heads = Heads(world, model.out).to(device)
    nn.init.normal_(model.vision_tower.vision_tower.vision_model.embeddings.position_embedding.weight, std=0.3)
    if (work / "tower.pt").exists():
        model.load_state_dict(torch.load(work / "tower.pt", weights_only=False)["model"])
    vq = load_vq(recipe, work).to(device)
    matrices = [p for n, p in model.named_parameters() if p.ndim >= 2 and "embedding" not in n]
    chosen = {id(p) for p in matrices}
    params = [*model.parameters(), *heads.parameters()]
    opts = [Muon(matrices, cfg["muon_lr"], 0.95), torch.optim.AdamW([p for p in params if id(p) not in chosen], lr=cfg["lr"], betas=(0.9, 0.98))]
    peaks = [cfg["muon_lr"], cfg["lr"]]
    rng = np.random.default_rng(cfg["seed"] + rank)
    torch.manual_seed(cfg["seed"] + 100 + rank)
    start, step, progress, log = time.time(), 0, 0.0, []
    worlds = tower_worlds(recipe)
    streams = [scene_batches(spec, cfg["seed"] + rank, cfg["batch"] // workers, loader_count(recipe) // len(worlds), partial(labels_of, model.patches))
               for spec in worlds]
    for stream in cycle(streams):
        scenes, known = next(stream)
        if progress >= 1:
            break
        x = worn(composer.pictures(scenes), vq, rng)
        labels = torch.from_numpy(np.stack([k[0] for k in known])).to(device)
        place = torch.tensor([k[1] for k in known], device=device)
        with torch.autocast(device, torch.bfloat16):
            logits, where = heads(model(x), model.side)
        there = labels[..., 0] > 0
        loss = F.cross_entropy(logits[0].float().flatten(0, 2), labels[..., 0].flatten()) + F.cross_entropy(where.float(), place)
        for i in (1, 2):
            loss = loss + F.cross_entropy(logits[i].float()[there], labels[..., i][there])
        for opt in opts:
            opt.zero_grad(set_to_none=True)
        loss.backward()
        clock = max((time.time() - start) / cfg["max_seconds"], step / cfg["steps"])
        progress = average(params, clock, workers)
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        for opt, peak in zip(opts, peaks):
            for group in opt.param_groups:
                group["lr"] = peak * min(1.0, (step + 1) / 20) * min(1.0, max(0.0, (1 - progress) / 0.6))
            opt.step()
        step += 1
        if rank == 0 and step % 50 == 0:
            right = [float((logits[i].argmax(-1) == labels[..., i])[there if i else slice(None)].float().mean()) for i in range(3)]
            log.append((step, loss.item(), right))
            print(f"tower step {step} loss {loss.item():.4f} object {right[0]:.3f} colour {right[1]:.3f} part {right[2]:.3f} progress {progress:.2f}", flush=True)
    if rank == 0:
        save_atomic({"model": model.state_dict(), "heads": heads.state_dict(), "state": {"log": log, "images": step * cfg["batch"], "seconds": time.time() - start}}, work / "tower.pt")


def load_tower(recipe: dict[str, Any], work: Path) -> Tower:
    """The trained tower, ready for inference; weights rounded to F16 as shipped."""
    model = Tower(recipe["tower"])
    saved = torch.load(work / "tower.pt", weights_only=False)["model"]
    model.load_state_dict({k: v.half().float() for k, v in saved.items()})
    return model.eval().requires_grad_(False)
