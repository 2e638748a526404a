"""Draws scenes: sprites from the sheet, scaled and tinted once, blended over simple backgrounds (numpy)."""
from __future__ import annotations

import json
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .config import HERE
from .language import phrase
from .world import Placed, Scene

RGB = {
    "red": (225, 35, 40), "orange": (245, 135, 25), "yellow": (250, 210, 40), "green": (45, 165, 65), "blue": (35, 100, 230),
    "purple": (135, 60, 200), "pink": (250, 125, 185), "brown": (130, 80, 45), "black": (38, 38, 42), "white": (240, 240, 242),
}
PLAIN = {"white": (255, 255, 255), "gray": (190, 192, 196), "skyblue": (150, 205, 245), "cream": (252, 230, 150),
         "rose": (250, 195, 215), "black": (22, 22, 26)}
GROUNDS = {  # top sky, bottom sky, ground
    "grass": ((130, 195, 245), (205, 232, 250), (105, 180, 80)), "beach": ((110, 190, 245), (190, 228, 250), (238, 214, 160)),
    "snow": ((185, 205, 225), (220, 230, 240), (248, 250, 254)), "night": ((14, 18, 52), (34, 40, 92), (22, 36, 44)),
    "room": ((232, 216, 192), (232, 216, 192), (164, 112, 70)),
}


def make_background(key: str, size: int) -> np.ndarray:
    """Background image, float32 [size,size,3] in 0..1."""
    if key in PLAIN:
        return np.broadcast_to(np.float32(PLAIN[key]) / 255, (size, size, 3)).copy()
    top, bottom, ground = (np.float32(c) / 255 for c in GROUNDS[key])
    horizon = size * 5 // 8
    out = np.empty((size, size, 3), np.float32)
    t = np.linspace(0, 1, horizon, dtype=np.float32)[:, None]
    out[:horizon] = (top * (1 - t) + bottom * t)[:, None]
    out[horizon:] = ground
    if key == "night":
        unit = size / 128
        yy, xx = np.mgrid[0:size, 0:size].astype(np.float32) / unit
        for x, y, r, c in ((108, 18, 9, (250, 240, 190)), (20, 14, 1.5, (255,) * 3), (52, 26, 1.5, (255,) * 3), (76, 10, 1.5, (255,) * 3), (38, 50, 1.5, (255,) * 3)):
            a = np.clip(r - np.hypot(xx - x, yy - y) + 0.5, 0, 1)[..., None]
            out = out * (1 - a) + np.float32(c) / 255 * a
    return out


def tint(rgba: np.ndarray, color: str) -> np.ndarray:
    """Recolour a straight-alpha sprite [h,w,4] by its own light and shade; black and white keep outlines visible."""
    target = np.float32(RGB[color]) / 255
    light = rgba[..., :3] @ np.float32([0.30, 0.59, 0.11])
    inside = light[rgba[..., 3] > 0.5]
    low, high = np.quantile(inside, 0.05), np.quantile(inside, 0.95)
    shade = np.clip((light - low) / max(high - low, 0.05), 0, 1)[..., None]
    dark, bright = target * 0.5, target + (1 - target) * 0.38
    if color == "white":
        dark = target * 0.68
    if color == "black":
        dark, bright = target * 0.3, target + 0.25
    out = rgba.copy()
    mid = np.where(shade < 0.5, dark + (target - dark) * shade * 2, target + (bright - target) * (shade * 2 - 1))
    out[..., :3] = mid
    return out


class Composer:
    """Draws scenes of one image size and tells their boxes; sprites are cached per (name, tint, size)."""

    def __init__(self, spec: dict[str, Any], box_steps: int = 32) -> None:
        """box_steps: to which fraction of the picture boxes are rounded when they are told (a 32nd: 4 pixels of 128), which needs fewer coordinates learnt."""
        self.box_steps = box_steps
        self.size: int = spec["image_size"]
        self.usual: int = spec["size"]
        index = json.loads((HERE / "sprites" / "sheet.json").read_text())
        self.sheet = Image.open(HERE / "sprites" / "sheet.png").convert("RGBA")
        self.cell, self.columns = index["cell"], index["columns"]
        self.place = {n: i for i, n in enumerate(index["names"])}
        self.cache: dict[tuple[str, str | None, int, bool, int], tuple[np.ndarray, np.ndarray]] = {}
        self.backgrounds: dict[str, np.ndarray] = {}

    def sprite(self, name: str, color: str | None, size: int, flip: bool = False, angle: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Premultiplied colour [size,size,3] and 1-alpha [size,size,1], float32."""
        key = (name, color, size, flip, angle)
        if key not in self.cache:
            i = self.place[name]
            x, y = i % self.columns * self.cell, i // self.columns * self.cell
            cut = self.sheet.crop((x, y, x + self.cell, y + self.cell)).convert("RGBa")
            if flip:
                cut = cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            if angle:
                cut = cut.rotate(angle, Image.Resampling.BICUBIC)
            cut = cut.resize((size, size), Image.Resampling.BOX if size < self.cell // 2 else Image.Resampling.LANCZOS)
            rgba = np.asarray(cut.convert("RGBA"), np.float32) / 255
            if color:
                rgba = tint(rgba, color)
            self.cache[key] = (rgba[..., :3] * rgba[..., 3:], 1 - rgba[..., 3:])
        return self.cache[key]

    def box(self, item: Placed) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what is visible of a sprite (alpha of a half and more), in pixels, ends exclusive."""
        keep = self.sprite(item.name, item.color, item.size, item.flip, item.angle)[1][..., 0]
        ys, xs = np.nonzero(keep < 0.5)
        return item.x + int(xs.min()), item.y + int(ys.min()), item.x + int(xs.max()) + 1, item.y + int(ys.max()) + 1

    def cells(self, item: Placed, side: int, around: int = 0) -> tuple[range, range]:
        """Columns and rows of a grid over the picture, `side` cells wide, on which a sprite lies, and so many around it."""
        x0, y0, x1, y1 = self.box(item)
        cell = self.size // side
        columns, rows = (range(max(0, a // cell - around), min(side, (b - 1) // cell + 1 + around)) for a, b in ((x0, x1), (y0, y1)))
        return columns, rows

    def bins(self, item: Placed) -> tuple[int, int, int, int]:
        """Box of a sprite in LOC bins."""
        steps = self.box_steps
        return tuple(min(1024, int(v * steps / self.size + 0.5) * (1024 // steps)) for v in self.box(item))  # type: ignore[return-value]

    def boxes(self, scene: Scene) -> list[tuple[str, tuple[int, int, int, int]]]:
        """Names and boxes of everything in a scene, from left to right."""
        return [(phrase(i.name, i.color), self.bins(i)) for i in scene.in_order()]

    def draw(self, scene: Scene) -> np.ndarray:
        """The scene as uint8 [size,size,3]."""
        if scene.background not in self.backgrounds:
            self.backgrounds[scene.background] = make_background(scene.background, self.size)
        out = self.backgrounds[scene.background].copy()
        for item in scene.items:
            color, keep = self.sprite(item.name, item.color, item.size, item.flip, item.angle)
            view = out[item.y:item.y + item.size, item.x:item.x + item.size]
            view *= keep
            view += color
        return (out * 255 + 0.5).astype(np.uint8)

    def batch(self, scenes: list[Scene]) -> np.ndarray:
        """uint8 [n,size,size,3]."""
        return np.stack([self.draw(s) for s in scenes])

    def pictures(self, scenes: list[Scene]) -> Tensor:
        """float [n,3,size,size] in 0..1."""
        return (torch.from_numpy(self.batch(scenes)).float() / 255).permute(0, 3, 1, 2).contiguous()
