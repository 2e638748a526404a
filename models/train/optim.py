"""Muon (orthogonalised momentum) for matrices and conv kernels, AdamW for everything else; EMA of weights."""
from __future__ import annotations

from collections import defaultdict
from typing import Iterable

import torch
import torch.distributed as dist
from torch import Tensor


def orthogonalise(g: Tensor, steps: int = 5) -> Tensor:
    """Newton-Schulz iteration on a stack [n,rows,cols]: nearest semi-orthogonal matrices, roughly."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g / (g.norm(dim=(1, 2), keepdim=True) + 1e-7)
    flip = x.shape[1] > x.shape[2]
    if flip:
        x = x.transpose(1, 2)
    x = x.to(torch.bfloat16) if x.shape[1] >= 128 else x
    for _ in range(steps):
        s = x @ x.transpose(1, 2)
        x = a * x + (b * s + c * s @ s) @ x
    x = x.float()
    return x.transpose(1, 2) if flip else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised per matrix; same-shaped matrices are handled as one stack."""

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.0, steps: int = 5) -> None:
        """With torch.distributed running, every rank orthogonalises its share of the matrices."""
        self.steps = steps
        self.rank, self.world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        super().__init__(list(params), {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One update."""
        for group in self.param_groups:
            shapes: dict[tuple[int, int], list[Tensor]] = defaultdict(list)
            for p in group["params"]:
                if p.grad is not None:
                    shapes[(p.shape[0], p[0].numel())].append(p)
            order = [p for params in shapes.values() for p in params]
            flat = torch.zeros(sum(p.numel() for p in order), device=order[0].device)
            views = dict(zip(order, flat.split([p.numel() for p in order])))
            for (rows, cols), params in shapes.items():
                grads = [p.grad for p in params]
                momenta = [self.state[p].setdefault("momentum", torch.zeros_like(p)) for p in params]
                torch._foreach_mul_(momenta, group["momentum"])
                torch._foreach_add_(momenta, grads)
                updates = torch._foreach_add(grads, momenta, alpha=group["momentum"])
                mine = range(self.rank % len(params), len(params), self.world) if self.rank < len(params) else range(0)
                if not mine:
                    continue
                stack = orthogonalise(torch.stack([updates[i].reshape(rows, cols) for i in mine]), self.steps) * max(1.0, rows / cols) ** 0.5
                torch._foreach_copy_([views[params[i]] for i in mine], list(stack.flatten(1)))
            if self.world > 1:
                dist.all_reduce(flat)
            torch._foreach_mul_(order, 1 - group["lr"] * group["weight_decay"])
            torch._foreach_add_(order, [views[p].view_as(p) for p in order], alpha=-group["lr"])


@torch.no_grad()
def ema_update(ema: list[Tensor], params: list[Tensor], decay: float) -> None:
    """ema = decay*ema + (1-decay)*params."""
    torch._foreach_lerp_(ema, params, 1 - decay)
