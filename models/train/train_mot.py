"""Trains the transformer on every task at once: masked-diffusion losses, Muon + AdamW, EMA; resumable.

Each step takes a batch of pictures from text, one of edits and one of text, so that every weight has a gradient every time.
The learning-rate schedule follows progress = max(step/steps, seconds/max_seconds), so that a slow machine still ends on a
finished schedule.
"""
from __future__ import annotations

import json
import math
import pickle
import time
from pathlib import Path
from typing import Any, Iterator

import torch
import torch.multiprocessing as mp
from torch import Tensor

from .config import out_of_time, save_atomic
from .export import build_model
from .losses import group_loss
from .mot import ElasticMoT
from .optim import Muon, ema_update
from .pool import Pool
from .prompts import Prompts
from .tasks import Batch, Pictured, Tasks
from .workers import average, join_workers

GROUPS = ("paint", "edit", "text")


def make_optimizers(named: dict[str, torch.nn.Parameter], cfg: dict[str, Any]) -> list[torch.optim.Optimizer]:
    """Muon for hidden matrices, AdamW for embeddings, norms and the output heads; named: the parameters to train."""
    plain = ("transformer.wte.weight", "transformer.ff_out.weight", "gen_embedding.0.weight", "gen_predictor.2.weight")
    matrices = [p for n, p in named.items() if p.ndim >= 2 and n not in plain]
    chosen = {id(p) for p in matrices}
    others = [p for p in named.values() if id(p) not in chosen]
    opts: list[torch.optim.Optimizer] = [torch.optim.AdamW(others, lr=cfg["lr"], betas=(0.9, 0.98), weight_decay=0.0, fused=others[0].is_cuda),
                                         Muon(matrices, cfg["muon_lr"], 0.95, cfg["weight_decay"], 4)]
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


def scale_at(step: int, progress: float, cfg: dict[str, Any]) -> float:
    """Warm up, hold, then decay over the last part of the run."""
    scale, hold = min(1.0, (step + 1) / cfg["warmup_steps"]), cfg["hold_share"]
    return scale if progress <= hold else scale * 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - hold) / (1 - hold))))


def load_batches(recipe: dict[str, Any], work: Path, group: str, size: int, seed: int, queue: Any) -> None:
    """A loader process: endless batches of one group into a bounded queue, as bytes (tensors would be sent as open files)."""
    torch.set_num_threads(1)
    _, prompts = build_model(recipe, work)
    for batch in Tasks(recipe, Pool(work, None), prompts, seed).batches(group, size):
        queue.put(pickle.dumps(batch))


def drain(queue: Any) -> Iterator[Batch]:
    """Batches as they come."""
    while True:
        yield pickle.loads(queue.get())


def batch_streams(recipe: dict[str, Any], work: Path, pool: Pool, prompts: Prompts, sizes: dict[str, int], seed: int) -> dict[str, Iterator[Batch]]:
    """One stream a group: made in this process, or by train.loaders processes where a GPU would wait for them."""
    loaders = recipe["train"].get("loaders", {})
    if not loaders:
        tasks = Tasks(recipe, pool, prompts, seed)
        return {g: tasks.batches(g, sizes[g]) for g in GROUPS}
    context, streams = mp.get_context("spawn"), {}
    for at, group in enumerate(GROUPS):
        queue = context.Queue(16)
        for n in range(loaders[group]):
            context.Process(target=load_batches, args=(recipe, work, group, sizes[group], seed + 1000 * at + n, queue), daemon=True).start()
        streams[group] = drain(queue)
    return streams


def train_worker(rank: int, recipe: dict[str, Any], work: Path) -> None:
    """One worker; rank 0 leaves WORK/mot.pt with raw and EMA weights and the log."""
    cfg, path = recipe["train"], work / "mot.pt"
    world, device = cfg["workers"], cfg["device"]
    join_workers(cfg, work, rank, "train")
    model, prompts = build_model(recipe, work)
    model.to(device)
    opts = make_optimizers(dict(model.named_parameters()), cfg)
    state: dict[str, Any] = {"step": 0, "seconds": 0.0, "samples": dict.fromkeys(GROUPS, 0), "log": []}
    params = list(model.parameters())
    names = [n for n, _ in model.named_parameters()]
    ema = [p.detach().clone() for p in params]
    if path.exists():
        saved = torch.load(path, weights_only=False, map_location=device)
        model.load_state_dict(saved["model"])
        ema = [saved["ema"][n].clone() for n in names]
        for opt, part in zip(opts, saved.get("opts", [])):
            opt.load_state_dict(part)
            for group in opt.param_groups:
                group["peak"] = cfg["muon_lr"] if isinstance(opt, Muon) else cfg["lr"]
        state = saved["state"]

    def save() -> None:
        if rank == 0:
            whole = dict(zip(names, ema))
            (work / "mot.json").write_text(json.dumps({k: state[k] for k in ("step", "seconds", "samples")} | {"done": bool(state.get("done"))}))
            save_atomic({"model": model.state_dict(), "ema": whole, "opts": [o.state_dict() for o in opts], "state": state}, path)

    torch.manual_seed(cfg["seed"] + 1000 * state["step"] + rank)
    sizes = {g: max(1, cfg["batch"][g] // world) for g in GROUPS}
    pool = Pool(work, device)
    streams = batch_streams(recipe, work, pool, prompts, sizes, cfg["seed"] + 7 * state["step"] + rank)
    start = mark = saved_at = time.time()
    base, window = state["seconds"], []
    spent = dict.fromkeys([*GROUPS, "step"], 0.0)
    while True:
        for opt in opts:
            opt.zero_grad(set_to_none=True)
        found: dict[str, Tensor] = {}
        for group in GROUPS:
            clock = time.time()
            batch = Pictured.of(next(streams[group]), pool)
            with torch.autocast(device, torch.bfloat16, enabled=cfg["bf16"]):
                loss, right, aim = group_loss(model, group, batch, prompts, cfg, True)
            if right is not None:
                found["right"] = right.detach()
            found[group] = loss.detach()
            if aim is not None:
                found[f"{group} aim"] = aim.detach()
                loss = loss + cfg["aim_weight"] * aim
            (loss * cfg["weights"][group]).backward()
            state["samples"][group] += len(batch.ids) * world
            spent[group] += time.time() - clock
        clock = time.time()
        state["seconds"] = average(params, base + time.time() - start, world)
        progress = max(state["step"] / cfg["steps"], state["seconds"] / cfg["max_seconds"])
        scale = scale_at(state["step"], progress, cfg)
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        for opt in opts:
            for group_ in opt.param_groups:
                group_["lr"] = group_["peak"] * scale
            opt.step()
        state["step"] += 1
        ema_update(ema, [p.detach() for p in params], min(cfg["ema_decay"], state["step"] / (state["step"] + 10)))
        window.append(found)
        spent["step"] += time.time() - clock
        if state["step"] % cfg["log_every"] == 0 and rank == 0:
            mean = {k: float(sum(f[k] for f in window if k in f)) / max(1, sum(k in f for f in window)) for k in ("right", *GROUPS, "paint aim", "edit aim", "text aim")}
            window = []
            state["log"].append((state["step"], state["seconds"], mean))
            words = " ".join(f"{k} {v:.3f}" for k, v in mean.items())
            times = " ".join(f"{k} {v / cfg['log_every']:.2f}" for k, v in spent.items())
            spent = dict.fromkeys(spent, 0.0)
            print(f"step {state['step']} {state['seconds']:.0f}s {words} lr x{scale:.3f} | {cfg['log_every'] / (time.time() - mark):.2f} steps/s; s a step: {times}", flush=True)
            mark = time.time()
        if progress >= 1 or out_of_time(recipe):
            break
        if time.time() - saved_at > cfg["save_every_seconds"]:
            save()
            saved_at = time.time()
    state["done"] = progress >= 1
    save()
    if rank == 0:
        print(f"{'done' if state['done'] else 'stopped'}: step {state['step']}, {state['samples']} samples, {state['seconds']:.0f} s", flush=True)
