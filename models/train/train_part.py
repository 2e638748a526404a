"""Longer training of a part of the weights, from the EMA weights there are: "text" trains what only text uses, "picture" what only pictures use.

No picture depends on the und rows after the last joint layer (MODEL 2.6), so the und weights there and the text head can be trained alone: plans, questions,
grounding and critiques get better, pictures stay what they are, bit for bit. No text depends on the gen rows, so their weights can be trained alone too. On a
CPU the first costs a third of a whole step. A recipe's section of the part's name has phases, each with a time of its own, and for text with a mix of its own
(`more`: what else of the recipe's mix is different in it).
`blend` says how far a finished phase goes from the weights before it to the trained ones: small batches learn what is new and blur what was known, and half way
most of the one is there and next to nothing of the other.
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
from .losses import group_loss
from .optim import ema_update
from .pool import Pool
from .tasks import Pictured, Tasks
from .train_mot import make_optimizers, scale_at
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


def is_picture_only(name: str) -> bool:
    """Whether no text depends on a weight."""
    return "_vision." in name or name.startswith(("gen_embedding", "gen_predictor", "downsample_gen.", "upsample_gen."))


def train_part(recipe: dict[str, Any], work: Path, part: str) -> None:
    """Go on from the EMA weights in WORK/mot.pt and rewrite them, phase by phase; finished phases are kept. Does nothing without a section of the part's name."""
    for index, phase in enumerate(recipe.get(part, {}).get("phases", [])):
        done = torch.load(work / "mot.pt", weights_only=False, map_location="cpu")["state"].get(f"{part}_phases", 0)
        if index < done or out_of_time(recipe):
            continue
        if recipe["train"]["workers"] == 1:
            part_worker(0, recipe, work, part, index)
        else:
            mp.spawn(part_worker, (recipe, work, part, index), nprocs=recipe["train"]["workers"])


def part_worker(rank: int, recipe: dict[str, Any], work: Path, part: str, index: int) -> None:
    """One worker in one phase of a part; rank 0 saves. Every step takes a batch of one group of tasks, by the phase's shares."""
    cfg, workers, device = recipe["train"] | recipe[part], recipe["train"]["workers"], recipe["train"]["device"]
    phase = cfg["phases"][index]
    cfg |= phase
    shares = phase.get("groups", {"text": 1.0})
    join_workers(recipe["train"], work, rank, f"{part}-{index}")
    model, prompts = build_model(recipe, work)
    saved = torch.load(work / "mot.pt", weights_only=False, map_location=device)
    model.load_state_dict(saved["ema"])
    model.to(device)
    last_joint = recipe["model"]["dual_tower_layers"]
    chosen = {n: p.requires_grad_(is_picture_only(n) if part == "picture" else is_text_only(n, last_joint)) for n, p in model.named_parameters()}
    chosen = {n: p for n, p in chosen.items() if p.requires_grad}
    params = list(chosen.values())
    opts = make_optimizers(chosen, cfg)
    ema = [p.detach().clone() for p in params]
    seed = cfg["seed"] + 10 * index + rank
    torch.manual_seed(seed)
    pool = Pool(work, device)
    told = {"text": phase["mix"], **phase.get("more", {})} if part == "text" else phase.get("mix", {})
    tasks = Tasks(recipe | {"mix": recipe["mix"] | told}, pool, prompts, seed)
    streams = {g: tasks.batches(g, max(1, cfg["batch"][g] // workers)) for g in shares}
    start = mark = time.time()
    saved_at, step = start, 0
    window: dict[str, list[float]] = {}

    def save(finished: bool) -> None:
        """Leave the averaged weights, of a finished phase blended with those before it. A phase that was cut short starts anew from them."""
        share = cfg.get("blend", 1.0) if finished else 1.0
        weights = saved["ema"] | {n: torch.lerp(saved["ema"][n], e, share) for n, e in zip(chosen, ema)}
        told = {f"{part}_phases": index + finished, f"{part}_steps": saved["state"].get(f"{part}_steps", 0) + step}
        save_atomic({"model": weights, "ema": weights, "state": saved["state"] | told}, work / "mot.pt")

    while True:
        group = tasks.rng.choices(list(shares), weights=list(shares.values()))[0]
        batch = Pictured.of(next(streams[group]), pool)
        with torch.autocast(device, torch.bfloat16, enabled=cfg["bf16"]):
            loss, right, aim = group_loss(model, group, batch, prompts, cfg, False)
        for opt in opts:
            opt.zero_grad(set_to_none=True)
        (loss if aim is None else loss + cfg["aim_weight"] * aim).backward()
        progress = average(params, (time.time() - start) / phase["seconds"], workers)
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        for opt in opts:
            for rates in opt.param_groups:
                rates["lr"] = rates["peak"] * scale_at(step, progress, cfg)
            opt.step()
        step += 1
        ema_update(ema, [p.detach() for p in params], min(cfg["ema_decay"], step / (step + 10)))
        for name, value in ((group, loss), (f"{group} right", right), (f"{group} aim", aim)):
            if value is not None:
                window.setdefault(name, []).append(float(value.detach()))
        if rank == 0 and step % 50 == 0:
            means = " ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in sorted(window.items()))
            print(f"{part} step {step} {means} progress {progress:.2f} {50 / (time.time() - mark):.2f} steps/s", flush=True)
            mark, window = time.time(), {}
        if progress >= 1 or out_of_time(recipe):
            break
        if rank == 0 and time.time() - saved_at > cfg["save_every_seconds"]:
            save(False)
            saved_at = time.time()
    if rank == 0:
        save(progress >= 1)
