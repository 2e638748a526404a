"""The world nano knows: which scenes exist and how they are described in English.

A scene is a background plus one to four sprites whose origins sit on a coarse grid, so that one sprite yields
nearly the same VQ codes wherever it stands. That is what makes shapes learnable within a CPU's budget.
"""
from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import Any

PLURALS = {"bus": "buses", "sports ball": "sports balls", "teddy bear": "teddy bears"}
NUMBERS = {2: "two", 3: "three", 4: "four"}
# Phrase -> background key. An empty phrase means that the caption does not speak of the background.
BACKGROUNDS = {
    "on a white background": "white", "on a gray background": "gray", "on a blue background": "skyblue",
    "on a yellow background": "cream", "on a pink background": "rose", "on a black background": "black",
    "on grass": "grass", "on the grass": "grass", "in a field": "grass", "on a beach": "beach", "on the beach": "beach",
    "in the snow": "snow", "at night": "night", "in a room": "room", "on a wooden floor": "room",
}
UNSPOKEN = ["white", "white", "gray", "skyblue", "cream", "grass"]
PREFIXES = ["a photo of ", "a photo of ", "a photo of ", "a photo of ", "a picture of ", "an image of ", "a drawing of ", "", "", ""]
RELATIONS = ["left of", "right of", "above", "below"]
RELATION_WORDS = {
    "left of": ["left of", "left of", "to the left of"], "right of": ["right of", "right of", "to the right of"],
    "above": ["above", "above", "over"], "below": ["below", "below", "under"],
}


@dataclass
class Placed:
    """One sprite: object name, tint (None = own colours), square size and top-left corner in pixels."""

    name: str
    color: str | None
    size: int
    x: int
    y: int


@dataclass
class Scene:
    """A scene to draw and its caption."""

    caption: str
    background: str
    items: list[Placed] = field(default_factory=list)


def article(words: str) -> str:
    """Put 'a' or 'an' before a noun phrase."""
    return ("an " if words[0] in "aeiou" else "a ") + words


def held_out(key: str, percent: int) -> bool:
    """Stable split: the same combinations are held out in every run."""
    return hashlib.sha256(key.encode()).digest()[0] * 100 < percent * 256


class World:
    """Samples scenes from the recipe's world section."""

    def __init__(self, spec: dict[str, Any], seed: int, focus: bool = False) -> None:
        """With focus, only the most usual placements come out (see is_usual)."""
        self.spec, self.focus = spec, focus
        self.rng = random.Random(seed)
        self.objects: list[str] = spec["objects"]
        self.colors: list[str] = spec["colors"]

    def sample(self) -> Scene:
        """One training scene; held-out colour-object and object-object combinations are never returned."""
        while True:
            scene = self._draw()
            if not self._is_held_out(scene) and not (self.focus and not self.is_usual(scene)):
                return scene

    def sample_held_out(self) -> Scene:
        """One scene of a held-out combination."""
        while True:
            scene = self._draw()
            if self._is_held_out(scene):
                return scene

    def is_usual(self, scene: Scene) -> bool:
        """One object in the middle, two objects about the middle line, or three and more."""
        full, size = self.spec["image_size"], scene.items[0].size
        middle = (full - size) / 2
        near = [abs(i.x - middle) < self.spec["grid"] / 2 or abs(i.y - middle) < self.spec["grid"] / 2 for i in scene.items]
        if len(scene.items) == 1:
            return scene.items[0].x == scene.items[0].y and near[0]
        return len(scene.items) > 2 or all(near)

    def _is_held_out(self, scene: Scene) -> bool:
        percent = self.spec["holdout_percent"]
        names = sorted({i.name for i in scene.items})
        if len(names) == 2 and held_out("+".join(names), percent):
            return True
        return any(i.color and held_out(f"{i.color} {i.name}", percent) for i in scene.items)

    def _thing(self, exclude: str | None = None, tint: float | None = None) -> tuple[str, str | None]:
        rng = self.rng
        name = rng.choice([o for o in self.objects if o != exclude])
        share = self.spec["tint_share"] if tint is None else tint
        return name, (rng.choice(self.colors) if rng.random() < share else None)

    def _background(self, colors: list[str | None]) -> tuple[str, str]:
        """Background key and the phrase that names it (maybe empty); never the colour of an object."""
        rng = self.rng
        if rng.random() < self.spec["background_share"]:
            phrase = rng.choice(list(BACKGROUNDS))
            return BACKGROUNDS[phrase], phrase
        plain = [b for b in UNSPOKEN if not (b == "white" and "white" in colors)]
        return rng.choice(plain), ""

    def _draw(self) -> Scene:
        rng, spec = self.rng, self.spec
        mix = spec["mix"]
        kind = rng.choices(list(mix), weights=list(mix.values()))[0]
        full, grid, small = spec["image_size"], spec["grid"], spec["small_size"]
        half = full // 2
        inset = (half - small) // 2
        steps = list(range(0, half + 1, grid))
        items: list[Placed] = []
        if kind in ("single", "small"):
            name, color = self._thing()
            phrase = f"{color} {name}" if color else name
            if kind == "single":
                size = spec["single_size"]
                middle, spots = (full - size) // 2 // grid * grid, list(range(0, full - size + 1, grid))
                x, y = rng.choice([middle] * 4 + spots), rng.choice([middle] * 4 + spots)
                what = article(phrase)
            else:
                size, what = small, rng.choice(["a small ", "a little "]) + phrase
                x, y = rng.choice(steps) + inset, rng.choice(steps) + inset
            items.append(Placed(name, color, size, x, y))
        elif kind == "count":
            name, color = self._thing(tint=0.45)
            n = rng.choice([2, 2, 3, 3, 4])
            plural = PLURALS.get(name, name + "s")
            what = f"{NUMBERS[n]} {color + ' ' if color else ''}{plural}"
            corners = [(0, 0), (half, 0), (0, half), (half, half)]
            if n == 2:
                y = rng.choice(steps)
                cells = rng.choice([[(0, y), (half, y)], [(0, y), (half, y)], [(0, 0), (half, half)], [(half, 0), (0, half)]])
            elif n == 3:
                cells = rng.choice([corners[:3], corners[1:], [(half // 2, 0), (0, half), (half, half)], [(0, 0), (half, 0), (half // 2, half)]])
            else:
                cells = corners
            items = [Placed(name, color, small, x + inset, y + inset) for x, y in cells]
        else:
            first, c1 = self._thing()
            second, c2 = self._thing(exclude=first)
            p1, p2 = (f"{c} {n}" if c else n for n, c in ((first, c1), (second, c2)))
            relation = rng.choice(RELATIONS) if kind == "relation" else "left of"
            if kind == "relation":
                what = f"{article(p1)} {rng.choice(RELATION_WORDS[relation])} {article(p2)}"
            else:
                what = f"{article(p1)} and {article(p2)}"
            a, b = 0, half
            if relation in ("right of", "below"):
                a, b = b, a
            if relation in ("left of", "right of"):
                y = rng.choice(steps)
                corners_xy = [(a, y), (b, y)]
            else:
                x = rng.choice(steps)
                corners_xy = [(x, a), (x, b)]
            items = [Placed(n, c, small, x + inset, y + inset) for (n, c), (x, y) in zip(((first, c1), (second, c2)), corners_xy)]
        background, where = self._background([i.color for i in items])
        return Scene(self._caption(what, where), background, items)

    def _caption(self, what: str, where: str) -> str:
        rng = self.rng
        text = rng.choice(PREFIXES) + what + (f" {where}" if where else "")
        if rng.random() < 0.05:
            text = text[0].upper() + text[1:]
        if rng.random() < 0.05:
            text += "."
        return text
