"""Draws scenes on any torch device, whole batches at a time: what the GPU recipe uses so that no data loader keeps the GPU waiting.

Same world as compose.py; sprites are resampled bilinearly from a bank at the sheet's resolution (prefiltered for small sizes), so
pictures differ from the CPU's by resampling only.
"""
from __future__ import annotations

import math
from typing import Any, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .compose import Composer, make_background
from .world import KEYS, Scene


class TorchComposer:
    """A bank of premultiplied sprites [2 levels][names*tints,4,S,S] and of backgrounds on a device."""

    def __init__(self, spec: dict[str, Any], device: str) -> None:
        self.full, self.device = spec["image_size"], device
        composer = Composer(spec)
        cell = composer.cell
        self.keys = {(n, c): i for i, (n, c) in enumerate((n, c) for n in spec["objects"] for c in [None, *spec["colors"]])}
        bank = np.empty((len(self.keys) + 1, 4, cell, cell), np.float32)
        bank[-1] = 0
        for (name, color), i in self.keys.items():
            light, keep = composer.sprite(name, color, cell)
            bank[i, :3], bank[i, 3] = light.transpose(2, 0, 1), 1 - keep[..., 0]
        fine = torch.from_numpy(bank).to(device)
        self.levels = [fine, F.avg_pool2d(fine, 2)]
        self.cell = cell
        grounds = np.stack([make_background(k, self.full) for k in KEYS]).transpose(0, 3, 1, 2)
        self.grounds = torch.from_numpy(np.ascontiguousarray(grounds)).to(device)

    def pictures(self, scenes: Sequence[Scene]) -> Tensor:
        """Scenes -> float [b,3,S,S] in 0..1, rounded to 8 bits as a file would be."""
        out = self.grounds[[KEYS.index(s.background) for s in scenes]].clone()
        for layer in range(max(len(s.items) for s in scenes)):
            items = [s.items[layer] if layer < len(s.items) else None for s in scenes]
            index = torch.tensor([-1 if i is None else self.keys[(i.name, i.color)] for i in items], device=self.device)
            theta = torch.tensor([[[1.0, 0, 9], [0, 1, 9]] if i is None else self.theta(i) for i in items], device=self.device)
            small = torch.tensor([i is not None and i.size < self.cell * 0.75 for i in items], device=self.device)
            grid = F.affine_grid(theta, [len(scenes), 4, self.full, self.full], align_corners=False)
            drawn = F.grid_sample(self.levels[0][index], grid, align_corners=False)
            if bool(small.any()):
                drawn[small] = F.grid_sample(self.levels[1][index[small]], grid[small], align_corners=False)
            out = out * (1 - drawn[:, 3:]) + drawn[:, :3]
        return (out * 255 + 0.5).floor().clamp(0, 255) / 255

    def theta(self, item: Any) -> list[list[float]]:
        """Affine map from picture coordinates in -1..1 to a sprite's."""
        scale = self.full / item.size
        cx, cy = (2 * (v + item.size / 2) / self.full - 1 for v in (item.x, item.y))
        turn = math.radians(item.angle)
        cos, sin = scale * math.cos(turn), scale * math.sin(turn)
        flip = -1.0 if item.flip else 1.0
        rows = [[flip * cos, flip * -sin], [sin, cos]]
        return [[a, b, -a * cx - b * cy] for a, b in rows]


def make_composer(spec: dict[str, Any], device: str) -> Composer | TorchComposer:
    """Whatever draws fastest for a device; both have `pictures`."""
    return Composer(spec) if device == "cpu" else TorchComposer(spec, device)
