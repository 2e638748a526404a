"""Longer training of what only text uses: plans, questions, grounding and critiques get better, pictures stay what they are, bit for bit.

No picture depends on the und rows after the last joint layer (MODEL 2.6), so the und weights there and the text head are trained alone. On a CPU that costs
a third of a whole step. The recipe's "text" section has phases, each with a mix and a time of its own.
"""
from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import torch
import torch.multiprocessing as mp

from .config import out_of_time, save_atomic
from .export import build_model
from .losses import text_loss
from .optim import Muon, ema_update
from .pool import Pool
from .tasks import Pictured, Tasks
from .train_mot import scale_at
from .workers import average, join_workers

AFTER_ATTENTION = {"q_proj", "ff_norm", "ff_proj", "up_proj", "ff_out"}
ALL_BUT_SHARED = AFTER_ATTENTION | {"attn_norm", "k_proj", "v_proj"}


def is_text_only(name: str, last_joint: int) -> bool:
    """Whether no picture depends on a weight. Attention's output matrix is shared with the gen rows in every layer."""
    found = re.fullmatch(r"transformer\.blocks\.(\d+)\.(\w+)\.weight", name)
    if not found:
        return name == "transformer.ff_out.weight"
    layer, part = int(found[1]), found[2]
    return part in (ALL_BUT_SHARED if layer > last_joint else AFTER_ATTENTION if layer == last_joint else ())


def train_text(recipe: dict[str, Any], work: Path) -> None:
    """Go on from the EMA weights in WORK/mot.pt and rewrite them, phase by phase; finished phases are kept. Does nothing without a "text" section."""
    for index, phase in enumerate(recipe.get("text", {}).get("phases", [])):
        done = torch.load(work / "mot.pt", weights_only=False, map_location="cpu")["state"].get("text_phases", 0)
        if index < done or out_of_time(recipe):
            continue
        if recipe["train"]["workers"] == 1:
            text_worker(0, recipe, work, index, phase)
        else:
            mp.spawn(text_worker, (recipe, work, index, phase), nprocs=recipe["train"]["workers"])


def text_worker(rank: int, recipe: dict[str, Any], work: Path, index: int, phase: dict[str, Any]) -> None:
    """One worker in one phase; rank 0 saves."""
    cfg, workers, device = recipe["text"], recipe["train"]["workers"], recipe["train"]["device"]
    join_workers(recipe["train"], work, rank, f"text-{index}")
    model, prompts = build_model(recipe, work)
    saved = torch.load(work / "mot.pt", weights_only=False, map_location=device)
    model.load_state_dict(saved["ema"])
    model.to(device)
    chosen = {n: p.requires_grad_(is_text_only(n, recipe["model"]["dual_tower_layers"])) for n, p in model.named_parameters()}
    chosen = {n: p for n, p in chosen.items() if p.requires_grad}
    params = list(chosen.values())
    head = "transformer.ff_out.weight"
    opts: list[torch.optim.Optimizer] = [
        torch.optim.AdamW([p for n, p in chosen.items() if p.ndim != 2 or n == head], lr=cfg["lr"], betas=(0.9, 0.98), weight_decay=0.0),
        Muon([p for n, p in chosen.items() if p.ndim == 2 and n != head], cfg["muon_lr"], 0.95, recipe["train"]["weight_decay"], 4)]
    peaks = [cfg["lr"], cfg["muon_lr"]]
    ema = [p.detach().clone() for p in params]
    torch.manual_seed(cfg["seed"] + 10 * index + rank)
    pool = Pool(work, device)
    tasks = Tasks(recipe | {"mix": recipe["mix"] | {"text": phase["mix"]}}, pool, prompts, cfg["seed"] + 10 * index + rank)
    batches = tasks.batches("text", max(1, cfg["batch"] // workers))
    start = mark = time.time()
    saved_at, step, window = start, 0, []

    def save(finished: bool) -> None:
        """Leave the averaged weights. A phase that was cut short starts anew from them."""
        weights = saved["ema"] | {n: e.clone() for n, e in zip(chosen, ema)}
        told = {"text_phases": index + finished, "text_steps": saved["state"].get("text_steps", 0) + step}
        save_atomic({"model": weights, "ema": weights, "state": saved["state"] | told}, work / "mot.pt")

    while True:
        batch = Pictured.of(next(batches), pool)
        with torch.autocast(device, torch.bfloat16, enabled=recipe["train"]["bf16"]):
            loss, right, aim = text_loss(model, batch, prompts, pairs=False)
        for opt in opts:
            opt.zero_grad(set_to_none=True)
        (loss if aim is None else loss + cfg["aim_weight"] * aim).backward()
        progress = average(params, (time.time() - start) / phase["seconds"], workers)
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        for opt, peak in zip(opts, peaks):
            for group in opt.param_groups:
                group["lr"] = peak * scale_at(step, progress, cfg)
            opt.step()
        step += 1
        ema_update(ema, [p.detach() for p in params], min(cfg["ema_decay"], step / (step + 10)))
        window.append((float(loss.detach()), float(right), 0.0 if aim is None else float(aim.detach())))
        if rank == 0 and step % 50 == 0:
            means = [sum(part) / 50 for part in zip(*window)]
            print("text step {} loss {:.3f} right {:.3f} looking {:.3f}".format(step, *means), f"progress {progress:.2f} {50 / (time.time() - mark):.2f} steps/s", flush=True)
            mark, window = time.time(), []
        if progress >= 1 or out_of_time(recipe):
            break
        if rank == 0 and time.time() - saved_at > recipe["train"]["save_every_seconds"]:
            save(False)
            saved_at = time.time()
    if rank == 0:
        save(progress >= 1)
