"""Trains the transformer: masked-diffusion loss on complementary masks, prompt drop, Muon + AdamW, EMA; resumable.

The learning-rate schedule follows progress = max(step/steps, seconds/max_seconds), so that a slow machine
still ends on a finished schedule.
"""
from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import Tensor

from .config import save_atomic
from .export import build_model
from .mot import ElasticMoT
from .optim import Muon, ema_update
from .pool import Pool
from .workers import average, join_workers


def pair_loss(model: ElasticMoT, batch: tuple[Tensor, Tensor, Tensor, int], drop_rate: float) -> Tensor:
    """Cross-entropy over both halves of a complementary mask pair; every code is predicted exactly once."""
    device = model.transformer.wte.weight.device
    head, tail, codes, prompt = *(part.to(device) for part in batch[:3]), batch[3]
    b, side = codes.shape[0], codes.shape[1]
    mask = torch.rand(b, side, side, device=device) < torch.rand(b, 1, 1, device=device)
    mask = torch.cat([mask, ~mask])
    codes = codes.repeat(2, 1, 1)
    drop = (torch.rand(b, device=device) < drop_rate).repeat(2)
    seen = torch.where(mask, model.image_mask, codes)
    y = model.features(head.repeat(2, 1), tail.repeat(2, 1), seen, prompt, drop)
    flat = mask.flatten()
    return F.cross_entropy(model.head(y.flatten(0, 1)[flat]).float(), codes.flatten()[flat])


def trained_names(model: ElasticMoT) -> set[str]:
    """Parameters that image-only output uses (MODEL 2.6); the rest keeps its initial values."""
    last = model.c["dual_tower_layers"]
    names = set()
    for name, _ in model.named_parameters():
        if name.startswith("transformer.ff_out"):
            continue
        if name.startswith("transformer.blocks."):
            layer, part = int(name.split(".")[2]), name.split(".", 3)[3]
            und = "_vision" not in part and not part.startswith("attn_out")
            if und and (layer > last or (layer == last and not part.startswith(("attn_norm", "k_proj", "v_proj")))):
                continue
        names.add(name)
    return names


def make_optimizers(model: ElasticMoT, cfg: dict[str, Any]) -> list[torch.optim.Optimizer]:
    """Muon for hidden matrices, AdamW for embeddings, norms and the output head."""
    used = trained_names(model)
    matrices, others = [], []
    for name, p in model.named_parameters():
        if name not in used:
            p.requires_grad_(False)
            continue
        plain = p.ndim < 2 or name in ("transformer.wte.weight", "gen_embedding.0.weight", "gen_predictor.2.weight") or cfg["optimizer"] == "adamw"
        (others if plain else matrices).append(p)
    opts: list[torch.optim.Optimizer] = [torch.optim.AdamW(others, lr=cfg["lr"], betas=(0.9, 0.98), weight_decay=0.0)]
    if matrices:
        opts.append(Muon(matrices, cfg["muon_lr"], 0.95, cfg["weight_decay"], 4))
    for opt in opts:
        for group in opt.param_groups:
            group["peak"] = group["lr"]
    return opts


def train_mot(recipe: dict[str, Any], work: Path) -> None:
    """Train or resume on train.workers processes of threads/workers threads each: no thread barrier in every small kernel."""
    workers = recipe["train"]["workers"]
    if workers == 1:
        train_worker(0, recipe, work)
    else:
        mp.spawn(train_worker, (recipe, work), nprocs=workers)


def train_worker(rank: int, recipe: dict[str, Any], work: Path) -> None:
    """One worker; rank 0 leaves WORK/mot.pt with raw and EMA weights and the log."""
    cfg, path = recipe["train"], work / "mot.pt"
    world = cfg["workers"]
    join_workers(cfg, work, rank, "train")
    model, tokens = build_model(recipe, work)
    model.to(cfg["device"])
    opts = make_optimizers(model, cfg)
    state: dict[str, Any] = {"step": 0, "seconds": 0.0, "scenes": 0, "log": []}
    params = [p for p in model.parameters() if p.requires_grad]
    names = [n for n, p in model.named_parameters() if p.requires_grad]
    ema = [p.detach().clone() for p in params]
    if path.exists():
        saved = torch.load(path, weights_only=False)
        model.load_state_dict(saved["model"])
        ema = [saved["ema"][n].clone() for n in names]
        for opt, part in zip(opts, saved["opts"]):
            opt.load_state_dict(part)
            for group in opt.param_groups:
                group["peak"] = cfg["muon_lr"] if isinstance(opt, Muon) else cfg["lr"]
        state = saved["state"]

    def save() -> None:
        if rank == 0:
            whole = model.state_dict() | dict(zip(names, ema))
            save_atomic({"model": model.state_dict(), "ema": whole, "opts": [o.state_dict() for o in opts], "state": state}, path)

    torch.manual_seed(cfg["seed"] + 1000 * state["step"] + rank)
    seed = cfg["seed"] + state["step"] + rank
    focused = max(state["step"] / cfg["steps"], state["seconds"] / cfg["max_seconds"]) >= cfg["focus_from"]
    pool = Pool(recipe, work, tokens, seed, focused)
    run = torch.compile(pair_loss, dynamic=True) if cfg["compile"] else pair_loss
    start = mark = saved_at = time.time()
    base, window = state["seconds"], []
    batches = pool.batches(cfg["scenes_per_batch"] // world)
    while True:
        batch = next(batches)
        for opt in opts:
            opt.zero_grad(set_to_none=True)
        with torch.autocast(cfg["device"], torch.bfloat16, enabled=cfg["bf16"]):
            loss = run(model, batch, cfg["prompt_drop"])
        loss.backward()
        state["seconds"] = average(params, base + time.time() - start, world)
        progress = max(state["step"] / cfg["steps"], state["seconds"] / cfg["max_seconds"])
        # Warm up, hold, then decay to zero over the last part of the run.
        scale = min(1.0, (state["step"] + 1) / cfg["warmup_steps"])
        hold = cfg["hold_share"]
        if progress > hold:
            scale *= 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - hold) / (1 - hold))))
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        for opt in opts:
            for group in opt.param_groups:
                group["lr"] = group["peak"] * scale
            opt.step()
        state["step"] += 1
        state["scenes"] += cfg["scenes_per_batch"]
        ema_update(ema, [p.detach() for p in params], min(cfg["ema_decay"], state["step"] / (state["step"] + 10)))
        window.append(loss.item())
        if state["step"] % cfg["log_every"] == 0 and rank == 0:
            mean = sum(window) / len(window)
            window = []
            state["log"].append((state["step"], state["seconds"], mean))
            rate = cfg["log_every"] * 2 * cfg["scenes_per_batch"] / (time.time() - mark)
            mark = time.time()
            print(f"step {state['step']} {state['seconds']:.0f}s loss {mean:.4f} lr x{scale:.3f} scenes {state['scenes']} "
                  f"({rate:.0f} views/s) pool {len(pool.heads)}", flush=True)
        if progress >= 1:
            break
        if progress >= cfg["focus_from"] and not focused:
            focused, pool = True, Pool(recipe, work, tokens, seed, True)
            batches = pool.batches(cfg["scenes_per_batch"] // world)
        if time.time() - saved_at > cfg["save_every_seconds"]:
            save()
            saved_at = time.time()
    state["done"] = True
    save()
    if rank == 0:
        print(f"done: step {state['step']}, {state['scenes']} scenes, {state['seconds']:.0f} s", flush=True)
