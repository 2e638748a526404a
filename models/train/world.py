"""The world nano knows: which scenes exist. Words for them are in language.py, pictures in compose.py.

A scene is a background plus up to four sprites whose origins sit on a coarse grid, so that one sprite yields nearly the
same VQ codes wherever it stands. That is what makes shapes learnable within a CPU's budget; a recipe may loosen it.
"""
from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field, replace
from typing import Any

# Phrase -> background key.
BACKGROUNDS = {
    "on a white background": "white", "on a gray background": "gray", "on a blue background": "skyblue",
    "on a yellow background": "cream", "on a pink background": "rose", "on a black background": "black",
    "on grass": "grass", "on the grass": "grass", "in a field": "grass", "on a beach": "beach", "on the beach": "beach",
    "in the snow": "snow", "at night": "night", "in a room": "room", "on a wooden floor": "room",
}
KEYS = ["white", "gray", "skyblue", "cream", "rose", "black", "grass", "beach", "snow", "night", "room"]
# Behind a scene whose caption does not speak of the background.
UNSPOKEN = ["white", "white", "gray", "skyblue", "cream", "grass"]
# Tints that would vanish before a background.
CLASHES = {"white": {"white"}, "snow": {"white"}, "black": {"black"}, "night": {"black"}, "cream": {"yellow"}, "rose": {"pink"}}


@dataclass(frozen=True)
class Placed:
    """One sprite: object name, tint (None = own colours), side of its square cell and the cell's corner in pixels."""

    name: str
    color: str | None
    size: int
    x: int
    y: int
    flip: bool = False
    angle: int = 0


@dataclass(frozen=True)
class Scene:
    """What is drawn. `spoken` is the background's phrase in the caption, or '' when the caption is silent about it."""

    background: str
    items: tuple[Placed, ...] = field(default_factory=tuple)
    spoken: str = ""

    def groups(self) -> dict[tuple[str, str | None], int]:
        """Number of sprites of each (name, colour), from left to right and top to bottom."""
        out: dict[tuple[str, str | None], int] = {}
        for item in sorted(self.items, key=lambda i: (i.x, i.y)):
            out[(item.name, item.color)] = out.get((item.name, item.color), 0) + 1
        return out


def held_out(key: str, percent: int) -> bool:
    """Stable split: the same combinations are held out in every run."""
    return hashlib.sha256(key.encode()).digest()[0] * 100 < percent * 256


class World:
    """Samples scenes from the recipe's world section."""

    def __init__(self, spec: dict[str, Any], seed: int) -> None:
        self.spec, self.rng = spec, random.Random(seed)
        self.objects: list[str] = spec["objects"]
        self.colors: list[str] = spec["colors"]
        self.full, self.grid, self.size = spec["image_size"], spec["grid"], spec["size"]
        self.far = self.full - self.size

    def sample(self) -> Scene:
        """One training scene; held-out colour-object and object-object combinations are never returned."""
        while True:
            scene = self.draw()
            if not self.is_held_out(scene):
                return scene

    def sample_held_out(self) -> Scene:
        """One scene of a held-out combination."""
        while True:
            scene = self.draw()
            if self.is_held_out(scene):
                return scene

    def is_held_out(self, scene: Scene) -> bool:
        """Whether a scene shows a combination that training must not see."""
        percent = self.spec["holdout_percent"]
        names = sorted({i.name for i in scene.items})
        pairs = [f"{a}+{b}" for i, a in enumerate(names) for b in names[i + 1:]]
        return any(held_out(p, percent) for p in pairs) or any(i.color and held_out(f"{i.color} {i.name}", percent) for i in scene.items)

    def thing(self, exclude: set[str] = frozenset(), tint: float | None = None) -> tuple[str, str | None]:
        """A random object and colour."""
        name = self.rng.choice([o for o in self.objects if o not in exclude])
        share = self.spec["tint_share"] if tint is None else tint
        return name, (self.rng.choice(self.colors) if self.rng.random() < share else None)

    def background(self, colors: set[str | None]) -> tuple[str, str]:
        """Background key and the phrase that names it (maybe empty); never one that swallows an object."""
        rng = self.rng
        while True:
            if rng.random() < self.spec["background_share"]:
                phrase = rng.choice(list(BACKGROUNDS))
                key = BACKGROUNDS[phrase]
            else:
                phrase, key = "", rng.choice(UNSPOKEN)
            if not CLASHES.get(key, set()) & colors:
                return key, phrase

    def place(self, name: str, color: str | None, x: int, y: int) -> Placed:
        """A sprite at a cell, flipped, turned and sized as the recipe allows."""
        rng, spec = self.rng, self.spec
        flip = rng.random() < spec.get("flip_share", 0)
        angle = rng.choice(spec["angles"]) if rng.random() < spec.get("turn_share", 0) else 0
        size = rng.choice(spec["sizes"]) if "sizes" in spec else self.size
        shift = (self.size - size) // 2
        return Placed(name, color, size, x + shift, y + shift, flip, angle)

    def cell(self, item: Placed) -> tuple[int, int]:
        """Corner of the cell a sprite stands in the middle of; its own corner where it has the full size."""
        shift = (self.size - item.size) // 2
        return item.x - shift, item.y - shift

    def free_spots(self, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Cells of the grid that overlap none of the taken ones."""
        steps = range(0, self.far + 1, self.grid)
        need = self.size - self.spec.get("overlap", 0)
        return [(x, y) for x in steps for y in steps if all(abs(x - a) >= need or abs(y - b) >= need for a, b in taken)]

    def scatter(self, count: int) -> list[tuple[int, int]] | None:
        """Random cells that do not overlap, or None when a try got stuck."""
        out: list[tuple[int, int]] = []
        for _ in range(count):
            spots = self.free_spots(out)
            if not spots:
                return None
            out.append(self.rng.choice(spots))
        return out

    def cells(self, count: int) -> list[tuple[int, int]]:
        """Where a scene of so many sprites puts them: the usual places most of the time, anywhere otherwise."""
        rng, far, mid = self.rng, self.far, self.far // 2 // self.grid * self.grid
        if rng.random() >= self.spec["usual_share"]:
            for _ in range(20):
                spots = self.scatter(count)
                if spots:
                    return spots
        if count == 1:
            return [(mid, mid)]
        if count == 2:
            return rng.choice([[(0, mid), (far, mid)], [(0, mid), (far, mid)], [(mid, 0), (mid, far)]])
        if count == 3:
            return [(0, 0), (far, 0), (mid, far)]
        return [(0, 0), (far, 0), (0, far), (far, far)]

    def is_usual(self, scene: Scene) -> bool:
        """Whether everything stands where a caption that says nothing of places would have it (see `cells`)."""
        mid, far = self.far // 2 // self.grid * self.grid, self.far
        spots = sorted(self.cell(i) for i in scene.items)
        if len(spots) == 2:
            upright = len(scene.groups()) == 2 and spots == [(mid, 0), (mid, far)]
            return upright or spots == [(0, mid), (far, mid)]
        usual = {0: [[]], 1: [[(mid, mid)]], 3: [sorted([(0, 0), (far, 0), (mid, far)])], 4: [[(0, 0), (0, far), (far, 0), (far, far)]]}
        return spots in usual[len(spots)]

    def draw(self) -> Scene:
        """One scene, held-out combinations included."""
        rng, mix = self.rng, self.spec["mix"]
        kind = rng.choices(list(mix), weights=list(mix.values()))[0]
        if kind == "empty":
            phrase = rng.choice(list(BACKGROUNDS))
            return Scene(BACKGROUNDS[phrase], (), phrase)
        if kind == "single":
            things = [self.thing()]
        elif kind == "count":
            things = [self.thing(tint=0.4)] * rng.choice([2, 2, 3, 3, 3, 4])
        elif kind == "pair":
            first = self.thing()
            things = [first, self.thing(exclude={first[0]})]
        else:  # several: three or four, two of them maybe alike
            first, second = self.thing(tint=0.3), self.thing(tint=0.3)
            things = rng.choice([[first, first, second], [first, second, self.thing(tint=0.3)], [first, first, second, second]])
        cells = self.cells(len(things))
        if len(things) == 2 and rng.random() < 0.5:
            cells = cells[::-1]
        items = tuple(self.place(n, c, x, y) for (n, c), (x, y) in zip(things, cells))
        key, phrase = self.background({c for _, c in things})
        return Scene(key, items, phrase)


def moved(item: Placed, x: int, y: int) -> Placed:
    """The same sprite elsewhere."""
    return replace(item, x=x, y=y)
