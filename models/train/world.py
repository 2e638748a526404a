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
# What a caption may say of a size. The first word is GenEval's plain English for it.
SIZE_WORDS = {"small": ["small", "small", "tiny", "little"], "large": ["large", "large", "big", "huge"]}
# Which way the sprites face that face one at all.
FACES = dict.fromkeys(("bicycle", "car", "motorcycle", "bus", "train", "truck", "bird", "horse", "sheep", "cow", "elephant", "zebra", "giraffe"), "left") | {"airplane": "right"}
OTHER_WAY = {"left": "right", "right": "left"}
# Kinds of pictures beside those of the recipe's own world; also the names of the recipe's sections and of the pool's files.
SIZED, OVERLAP, FACING, VARIED, OWN = "sized", "overlap", "facing", "varied", "own"
# Where sprites stand in scenes whose captions say nothing of places: columns and rows, 0 = first, 1 = middle, 2 = last.
SIDE_BY_SIDE, UPRIGHT = [(0, 1), (2, 1)], [(1, 0), (1, 2)]
USUAL = {0: [[]], 1: [[(1, 1)]], 2: [SIDE_BY_SIDE, SIDE_BY_SIDE, UPRIGHT], 3: [[(0, 0), (2, 0), (1, 2)]], 4: [[(0, 0), (2, 0), (0, 2), (2, 2)]]}


@dataclass(frozen=True)
class Placed:
    """One sprite: object name, tint (None = own colours), side and corner of its square in pixels; word: the size that is said of it, a key of SIZE_WORDS.

    depth: of two that overlap, the one with more stands in front; only where captions say so are they different. told_way: the way it faces, where that is said of it.
    """

    name: str
    color: str | None
    size: int
    x: int
    y: int
    flip: bool = False
    angle: int = 0
    word: str | None = None
    depth: int = 0
    told_way: str | None = None

    @property
    def way(self) -> str | None:
        """The way it faces, None of what faces none or is turned."""
        own = FACES.get(self.name)
        return None if own is None or self.angle else OTHER_WAY[own] if self.flip else own

    def facing(self, way: str) -> Placed:
        """The same sprite so that it faces a way, which is said of it."""
        return replace(self, flip=way != FACES[self.name], told_way=way)

    def covers(self, other: Placed) -> bool:
        """Whether it stands in front of another, which it overlaps."""
        reach = (self.size + other.size) / 2
        apart = [abs(a + self.size / 2 - b - other.size / 2) for a, b in ((self.x, other.x), (self.y, other.y))]
        return self.depth > other.depth and max(apart) < reach

    def told_size(self, usual: int) -> str | None:
        """The key of SIZE_WORDS that is true of it beside sprites of the usual side."""
        return "small" if self.size < usual else "large" if self.size > usual else None


@dataclass(frozen=True)
class Scene:
    """What is drawn. `spoken` is the background's phrase in the caption, or '' when the caption is silent about it."""

    background: str
    items: tuple[Placed, ...] = field(default_factory=tuple)
    spoken: str = ""

    def in_order(self) -> list[Placed]:
        """What is in it from left to right and top to bottom, as plans and captions tell it."""
        return sorted(self.items, key=lambda i: (i.x, i.y))

    def groups(self) -> dict[tuple[str, str | None], int]:
        """Number of sprites of each (name, colour), in order."""
        out: dict[tuple[str, str | None], int] = {}
        for item in self.in_order():
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
        names = self.objects
        if "facing_things" in self.spec and self.rng.random() < self.spec["facing_things"]:
            names = [o for o in names if o in FACES]
        name = self.rng.choice([o for o in names if o not in exclude])
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

    def place(self, name: str, color: str | None, x: int, y: int, size: int | None = None, word: str | None = None) -> Placed:
        """A sprite at a cell, flipped and turned as the recipe allows, of a size (the usual one) of which a word may be said; or sized by lot in a cell of the usual size."""
        rng, spec = self.rng, self.spec
        flip = rng.random() < spec.get("flip_share", 0)
        angle = rng.choice(spec["angles"]) if rng.random() < spec.get("turn_share", 0) else 0
        if "sizes" not in spec:
            return Placed(name, color, size or self.size, x, y, flip, angle, word)
        size = rng.choice(spec["sizes"])
        shift = (self.size - size) // 2
        return Placed(name, color, size, x + shift, y + shift, flip, angle)

    def cell(self, item: Placed) -> tuple[int, int, int]:
        """Corner and side of the cell a sprite takes: the whole of the usual size where sizes are drawn by lot, else its own square."""
        side = self.size if "sizes" in self.spec else item.size
        shift = (side - item.size) // 2
        return item.x - shift, item.y - shift, side

    def free_spots(self, taken: list[tuple[int, int, int]], size: int | None = None) -> list[tuple[int, int]]:
        """Corners on the grid where a cell (of the usual size) overlaps none of the taken ones."""
        size = size or self.size
        steps, lap = range(0, self.full - size + 1, self.grid), self.spec.get("overlap", 0)
        return [(x, y) for x in steps for y in steps
                if all(x + size - lap <= a or a + side - lap <= x or y + size - lap <= b or b + side - lap <= y for a, b, side in taken)]

    def scatter(self, sizes: list[int]) -> list[tuple[int, int]] | None:
        """Random cells that do not overlap, or None when a try got stuck."""
        out: list[tuple[int, int, int]] = []
        for size in sizes:
            spots = self.free_spots(out, size)
            if not spots:
                return None
            out.append((*self.rng.choice(spots), size))
        return [(x, y) for x, y, _ in out]

    def corner(self, place: int, size: int) -> int:
        """Where a cell in the first, middle or last column or row begins."""
        return [0, (self.full - size) // 2 // self.grid * self.grid, self.full - size][place]

    def cells(self, sizes: list[int]) -> list[tuple[int, int]]:
        """Where a scene of sprites of such sizes puts them: the usual places most of the time, anywhere otherwise."""
        rng = self.rng
        if rng.random() >= self.spec["usual_share"]:
            for _ in range(20):
                spots = self.scatter(sizes)
                if spots:
                    return spots
        usual = USUAL[len(sizes)]
        # One way takes no lot: seeds of before sizes draw the scenes they drew.
        places = rng.choice(usual) if len(usual) > 1 else usual[0]
        return [(self.corner(column, size), self.corner(row, size)) for (column, row), size in zip(places, sizes)]

    def is_usual(self, scene: Scene) -> bool:
        """Whether everything stands where a caption that says nothing of places would have it (see `cells`)."""
        back_first = sorted(scene.items, key=lambda i: i.depth)
        if len(back_first) == 2 and back_first[1].covers(back_first[0]):
            return [(i.x, i.y) for i in back_first] == self.centred(self.spec["overlaps"][0])
        spots = []
        for x, y, side in map(self.cell, scene.items):
            at = [next((k for k in (1, 0, 2) if self.corner(k, side) == v), -1) for v in (x, y)]
            spots.append((at[0], at[1]))
        if len(spots) == 2 and len(scene.groups()) == 1:
            return sorted(spots) == SIDE_BY_SIDE
        return any(sorted(spots) == sorted(places) for places in USUAL.get(len(spots), []))

    def sizes(self, things: list[tuple[str, str | None]]) -> list[tuple[int, str | None]]:
        """Side of each thing and what is said of it. Where sizes have words, a large thing stands alone or beside a small one, and what the words leave open is as usual or makes room."""
        words, rng = self.spec.get("size_words"), self.rng
        usual = (self.size, None)
        if not words or rng.random() >= self.spec["size_share"]:
            return [usual] * len(things)
        small, large = (words["small"], "small"), (words["large"], "large")
        if len(things) == 1:
            return [rng.choice([small, large])]
        if len(set(things)) == 1:
            return [small] * len(things)
        if len(things) == 2:
            made = rng.choice([[small, usual], [small, small], [small, large], [(words["small"], None), large]])
            return made[::-1] if rng.random() < 0.5 else made
        chosen = {thing: rng.choice([small, usual]) for thing in dict.fromkeys(things)}
        return [chosen[thing] for thing in things]

    def crowd(self) -> Scene:
        """As many different things of all sizes as find room among eight: a picture then teaches many looks at once, for the price of one."""
        rng, words = self.rng, self.spec["size_words"]
        small, large, usual = (words["small"], "small"), (words["large"], "large"), (self.size, None)
        sizes = [rng.choice([large, usual, small])] + [small if rng.random() < 0.85 else usual for _ in range(7)]
        items: list[Placed] = []
        for size, word in sizes:
            taken = [self.cell(i) for i in items]
            spots = self.free_spots(taken, size)
            if not spots:
                continue
            # In half of the cases where no room is lost: between edges of the picture or of others.
            ends = {0, self.full - size} | {v for x, y, side in taken for v in (x - size, x + side, y - size, y + side)}
            if rng.random() < 0.5:
                spots = [(x, y) for x, y in spots if x in ends and y in ends] or spots
            name, color = self.thing({i.name for i in items}, tint=0.4)
            items.append(self.place(name, color, *rng.choice(spots), size, word))
        key, phrase = self.background({i.color for i in items})
        return Scene(key, tuple(items), phrase)

    def centred(self, offset: tuple[int, int]) -> list[tuple[int, int]]:
        """Corners of two sprites of the usual size, the second so far from the first, in the middle of the picture."""
        first = [(self.full - self.size - d) // 2 // self.grid * self.grid for d in offset]
        return [(first[0], first[1]), (first[0] + offset[0], first[1] + offset[1])]

    def one_in_front(self) -> Scene:
        """Two things, one in front of the other: most of the time in the middle and the nearer one to the right and lower, else anywhere and to either side."""
        rng, offsets = self.rng, self.spec["overlaps"]
        back = self.thing()
        front = self.thing(exclude={back[0]})
        spots = self.centred(offsets[0])
        if rng.random() >= self.spec["usual_share"]:
            dx, dy = rng.choice(offsets)
            dx *= rng.choice((-1, 1))
            far = self.full - self.size
            x, y = (rng.randrange(max(0, -d), far - max(0, d) + 1, self.grid) for d in (dx, dy))
            spots = [(x, y), (x + dx, y + dy)]
        items = tuple(replace(self.place(*thing, *spot), depth=depth) for depth, (thing, spot) in enumerate(zip((back, front), spots)))
        key, phrase = self.background({back[1], front[1]})
        return Scene(key, items, phrase)

    def draw(self) -> Scene:
        """One scene, held-out combinations included."""
        rng, mix = self.rng, self.spec["mix"]
        kind = rng.choices(list(mix), weights=list(mix.values()))[0]
        if kind == "empty":
            phrase = rng.choice(list(BACKGROUNDS))
            return Scene(BACKGROUNDS[phrase], (), phrase)
        if kind == "crowd":
            return self.crowd()
        if kind == "overlap":
            return self.one_in_front()
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
        sizes = self.sizes(things)
        cells = self.cells([size for size, _ in sizes])
        if len(things) == 2 and rng.random() < 0.5 and sizes[0] == sizes[1]:
            cells = cells[::-1]
        items = tuple(self.place(n, c, x, y, *how) for (n, c), (x, y), how in zip(things, cells, sizes))
        key, phrase = self.background({c for _, c in things})
        return Scene(key, self.facing(items), phrase)

    def facing(self, items: tuple[Placed, ...]) -> tuple[Placed, ...]:
        """The same sprites, the ways said that some of them face: of all alike the same."""
        if "facing_share" not in self.spec:
            return items
        ways = {thing: self.rng.choice(list(OTHER_WAY)) for thing in dict.fromkeys((i.name, i.color) for i in items) if self.rng.random() < self.spec["facing_share"]}
        return tuple(i.facing(ways[i.name, i.color]) if i.name in FACES and (i.name, i.color) in ways else i for i in items)


def moved(item: Placed, x: int, y: int) -> Placed:
    """The same sprite elsewhere."""
    return replace(item, x=x, y=y)
