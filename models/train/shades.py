"""The colours of things that nobody tinted: what a person would call them. The shades are those of the evaluation (test/eval/scene/own-colors.ts)."""
from __future__ import annotations

import numpy as np

from .compose import RGB, Composer

# Share of a thing's pixels that must be shades of a colour for it to be called so.
LEAST_SHARE = 0.4
# Colours that no caption says but that would pass for white or orange otherwise: gray and beige. How far shades go to black and to white, in tenths.
OTHERS = [((0.62, 0.61, 0.64), 3, 3), ((0.94, 0.8, 0.64), 1, 4)]
NAMES = [*RGB, "gray", None]
# Where several colours share a thing, or the wheels outweigh the frame: what is said all the same, if anything is.
SAID = {"banana": "yellow", "dog": "brown", "truck": "orange", "potted plant": "green", "cow": "white", "computer keyboard": "white", "zebra": None, "bicycle": None}


def lines() -> list[np.ndarray]:
    """The shades [k,3] of each tint, in order, and of the other colours."""
    ways = [(np.array(rgb) / 255, 1 if name == "white" else 4, 1 if name == "black" else 4) for name, rgb in RGB.items()]
    ways += [(np.array(rgb), black, white) for rgb, black, white in OTHERS]
    out = []
    for color, black, white in ways:
        t = np.arange(-black, white + 1)[:, None] / 10
        out.append(np.where(t < 0, color * (1 + t), color + (1 - color) * t))
    return out


def own_color(composer: Composer, name: str) -> str | None:
    """What an untinted thing's colour is called; None where it has several, or none with a name."""
    if name in SAID:
        return SAID[name]
    color, keep = composer.sprite(name, None, 64)
    alpha = 1 - keep[..., 0]
    inside = alpha >= 0.9
    pixels = color[inside] / alpha[inside][:, None]
    distances = np.stack([((pixels[:, None] - line) ** 2).sum(-1).min(1) for line in lines()], 1)
    shares = np.bincount(distances.argmin(1), minlength=distances.shape[1]) / len(pixels)
    called = [name for name, share in zip(NAMES, shares) if share >= LEAST_SHARE]
    return called[0] if len(called) == 1 else None
