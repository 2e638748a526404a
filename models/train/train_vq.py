"""Trains the VQ tokenizer on generated scenes: L1 + gradient loss, L2-normalised codes, EMA codebook.

After a short phase without quantiser the codebook is seeded from the encoder's own outputs; unused rows are re-seeded.
"""
from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import Tensor

from .compose_torch import make_composer
from .config import loader_count, out_of_time, save_atomic
from .optim import Muon
from .scenes import scene_batches
from .vq import VQModel
from .workers import average, join_workers
from .world import World


def crops(batch: Tensor, size: int, rng: np.random.Generator) -> Tensor:
    """The crop with the most detail of two random ones, 8-pixel aligned, from every image [n,3,h,w]."""
    n, span = len(batch), (batch.shape[2] - size) // 8 + 1
    corners = torch.from_numpy(rng.integers(0, span, (2, 2, n, 1)) * 8 + np.arange(size)).to(batch.device)
    first = torch.arange(n, device=batch.device)[:, None, None]
    tries = torch.stack([batch[first, :, y[:, :, None], x[:, None]].permute(0, 3, 1, 2) for y, x in corners])
    detail = tries.diff(dim=3).abs().mean((2, 3, 4))
    return tries[detail.argmax(0), first[:, 0, 0]]


def image_loss(out: Tensor, target: Tensor, gradient: float) -> Tensor:
    """L1 on pixels plus weighted L1 on horizontal and vertical differences."""
    loss = (out - target).abs().mean()
    for d in (2, 3):
        loss = loss + gradient * (out.diff(dim=d) - target.diff(dim=d)).abs().mean()
    return loss


def all_sum(*tensors: Tensor) -> None:
    """Sum in place over the workers."""
    if dist.is_initialized():
        for t in tensors:
            dist.all_reduce(t)


class Codebook:
    """EMA statistics of the codebook rows."""

    def __init__(self, model: VQModel, decay: float) -> None:
        self.weight = model.quantize.embedding.weight
        n, dim = self.weight.shape
        self.decay = decay
        self.count, self.total = torch.ones(n, device=self.weight.device), torch.zeros(n, dim, device=self.weight.device)

    def seed(self, flat: Tensor, rounds: int = 8) -> None:
        """Spherical k-means on a sample of latents [m,dim], seeded by k-means++ so that rare details get rows too."""
        n = self.weight.shape[0]
        flat = flat[torch.randperm(len(flat))[:20000]]
        rows, far = flat[:n].clone(), torch.full((len(flat),), 4.0, device=flat.device)
        for i in range(1, n):
            far = torch.minimum(far, 1 - flat @ rows[i - 1]).clamp_min(0)
            rows[i] = flat[torch.multinomial(far + 1e-9, 1)[0]]
        for _ in range(rounds):
            ids = (flat @ rows.T).argmax(1)
            total = torch.zeros_like(rows).index_add_(0, ids, flat)
            empty = torch.bincount(ids, minlength=n) == 0
            total[empty] = flat[torch.randint(len(flat), (int(empty.sum()),))]
            rows = F.normalize(total, dim=1)
        if dist.is_initialized():
            dist.broadcast(rows, 0)
        self.weight.data.copy_(rows)
        self.total.copy_(rows)
        self.count.fill_(1)

    @torch.no_grad()
    def update(self, flat: Tensor, ids: Tensor) -> None:
        """One EMA step; rows that starve move to a badly served latent."""
        n = self.weight.shape[0]
        hits = torch.bincount(ids, minlength=n).float()
        fresh = torch.zeros_like(self.total).index_add_(0, ids, flat)
        all_sum(hits, fresh)
        self.count.mul_(self.decay).add_(hits, alpha=1 - self.decay)
        self.total.mul_(self.decay).add_(fresh, alpha=1 - self.decay)
        starved = (self.count < 0.03).nonzero()[:, 0][:8]
        if len(starved):
            error = 1 - (flat * self.weight[ids]).sum(1)
            pick = flat[torch.multinomial(error.clamp_min(0) + 1e-9, len(starved))]
            if dist.is_initialized():
                dist.broadcast(pick, 0)
            self.total[starved], self.count[starved] = pick * 0.5, 0.5
        self.weight.data.copy_(F.normalize(self.total, dim=1))


@torch.no_grad()
def psnr(model: VQModel, images: Tensor) -> tuple[float, int]:
    """Mean PSNR in dB over images [n,3,h,w] and number of codes in use."""
    values, used = [], set()
    for x in images.split(32):
        ids = model.encode_ids(x)
        used.update(ids.flatten().tolist())
        side = x.shape[2] // model.factor
        mse = (model.decode_ids(ids, side, side).clamp(0, 1) - x).square().mean((1, 2, 3))
        values += (-10 * mse.clamp_min(1e-7).log10()).tolist()
    return float(np.mean(values)), len(used)


def train_vq(recipe: dict[str, Any], work: Path) -> None:
    """Train (or resume) on train.workers processes; leaves WORK/vq.pt with the model state and figures."""
    if recipe["train"]["workers"] == 1:
        train_worker(0, recipe, work)
    else:
        mp.spawn(train_worker, (recipe, work), nprocs=recipe["train"]["workers"])


def train_worker(rank: int, recipe: dict[str, Any], work: Path) -> None:
    """One worker; rank 0 writes checkpoints and the log."""
    cfg, path = recipe["vq"], work / "vq.pt"
    workers = recipe["train"]["workers"]
    join_workers(recipe["train"], work, rank, "vq")
    torch.manual_seed(cfg["seed"])
    device = recipe["train"]["device"]
    model = VQModel(cfg).to(device)
    model.reset()
    matrices = [p for n, p in model.named_parameters() if p.ndim == 4 and "conv_in" not in n and "decoder.conv_out" not in n]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if p.requires_grad and id(p) not in chosen]
    opts = [Muon(matrices, cfg["muon_lr"], 0.9), torch.optim.AdamW(others, lr=cfg["lr"], betas=(0.9, 0.98), weight_decay=0.0)]
    trainable = matrices + others
    bases = [cfg["muon_lr"], cfg["lr"]]
    book = Codebook(model, cfg["ema_decay"])
    state: dict[str, Any] = {"step": 0, "seconds": 0.0, "log": [], "images": 0}
    if path.exists():
        saved = torch.load(path, weights_only=False, map_location=device)
        model.load_state_dict(saved["model"])
        state = saved["state"]
        if state.get("done"):
            return
        for opt, part in zip(opts, saved.get("opt", [])):
            opt.load_state_dict(part)
        book.count, book.total = saved["book"]
    seed = cfg["seed"] + 1000 * state["step"] + rank
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    composer, loaders = make_composer(recipe["world"], device), loader_count(recipe)
    streams = {whole: scene_batches(recipe["world"], seed, cfg["batch" if whole else "crop_batch"] // workers, loaders // 2) for whole in (True, False)}
    unseen = World(recipe["world"], 999)
    check = composer.pictures([unseen.sample() for _ in range(32)])
    start, base, saved_at = time.time(), state["seconds"], time.time()
    running = torch.zeros((), device=device)
    queue: list[Tensor] = []
    while True:
        clock = torch.tensor([base + time.time() - start])
        all_sum(clock)
        state["seconds"] = clock.item() / workers
        progress = max(state["step"] / cfg["steps"], state["seconds"] / cfg["max_seconds"])
        if progress >= 1:
            break
        scale = min(1, (state["step"] + 1) / cfg["warmup_steps"]) * min(1.0, (1 - progress) / (1 - cfg["hold_share"]))
        for opt, peak in zip(opts, bases):
            for group in opt.param_groups:
                group["lr"] = peak * scale
        whole = progress > 1 - cfg["full_share"]
        scenes, _ = next(streams[whole])
        x = composer.pictures(scenes)
        x = x if whole else crops(x, cfg["crop"], rng)
        with torch.autocast(device, torch.bfloat16):
            z = model.latents(x)
        z = F.normalize(z.float(), dim=1)
        flat = z.detach().permute(0, 2, 3, 1).flatten(0, 2)
        free = progress < cfg["free_share"]
        if free:
            queue = (queue + [flat])[-40:]
            zq, commit = z, z.new_zeros(())
        else:
            if queue:
                book.seed(torch.cat(queue))
                queue = []
            ids = (flat @ model.quantize.embedding.weight.T).argmax(1)
            rows = model.quantize.embedding.weight[ids].view(z.shape[0], z.shape[2], z.shape[3], -1).permute(0, 3, 1, 2)
            commit = (z - rows).square().sum(1).mean()
            zq = z + (rows - z).detach()
            book.update(flat, ids)
        with torch.autocast(device, torch.bfloat16):
            out = model.decode(zq)
        loss = image_loss(out.float(), x, cfg["gradient_loss"]) + cfg["commit"] * commit
        for opt in opts:
            opt.zero_grad(set_to_none=True)
        loss.backward()
        average(trainable, 0.0, workers)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            opt.step()
        state["step"] += 1
        state["images"] += len(scenes) * workers
        running = torch.lerp(running, loss.detach(), 0.02 if state["step"] > 50 else 0.2)
        if state["step"] % 100 == 0 and rank == 0:
            db, used = psnr(model, check) if not free else (0.0, 0)
            state["log"].append((state["step"], float(running), db))
            print(f"vq step {state['step']} {state['seconds']:.0f}s loss {float(running):.4f} psnr {db:.2f} codes {used} lr x{scale:.3f} images {state['images']}", flush=True)
        stop = out_of_time(recipe)
        if (stop or time.time() - saved_at > 60) and rank == 0:
            save_atomic({"model": model.state_dict(), "opt": [o.state_dict() for o in opts], "book": (book.count, book.total), "state": state}, path)
            saved_at = time.time()
        if stop:
            return
    if rank:
        return
    held = composer.pictures([unseen.sample_held_out() for _ in range(64)] + [unseen.sample() for _ in range(192)])
    state["psnr"], state["codes_used"] = psnr(model, held)
    state["done"] = True
    print(f"vq done: psnr {state['psnr']:.2f} dB, {state['codes_used']} codes, {state['images']} images, {state['seconds']:.0f} s", flush=True)
    save_atomic({"model": model.state_dict(), "opt": [o.state_dict() for o in opts], "book": (book.count, book.total), "state": state}, path)


def load_vq(recipe: dict[str, Any], work: Path) -> VQModel:
    """The trained tokenizer, ready for inference; weights rounded to F16 as shipped."""
    model = VQModel(recipe["vq"])
    model.load_state_dict({k: v.half().float() for k, v in torch.load(work / "vq.pt", weights_only=False)["model"].items()})
    return model.eval().requires_grad_(False)
