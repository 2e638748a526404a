"""Data-parallel workers of one thread each: on a busy CPU this beats one process with many threads, which waits at every kernel."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


def join_workers(cfg: dict[str, Any], work: Path, rank: int, stage: str) -> None:
    """Set this worker's thread count and join the process group (gloo, through a file in the work folder)."""
    world = cfg["workers"]
    torch.set_num_threads(max(1, cfg["threads"] // world))
    if world > 1:
        dist.init_process_group("gloo", init_method=f"file://{(work / 'rendezvous').resolve()}-{stage}-{os.getppid()}", rank=rank, world_size=world)


def average(params: list[Tensor], extra: float, world: int) -> float:
    """Average gradients (and one extra number) over the workers; returns the averaged number."""
    if world == 1:
        return extra
    flat = torch.cat([p.grad.flatten() for p in params] + [torch.tensor([extra])])
    dist.all_reduce(flat)
    flat /= world
    for p, g in zip(params, flat.split([p.numel() for p in params] + [1])):
        p.grad.copy_(g.view_as(p))
    return float(flat[-1])
