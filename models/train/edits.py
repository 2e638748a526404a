"""Edits of scenes: instruction, source, target and the boxes an edit plan names (PIPELINE section 5)."""
from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .compose import Composer
from .language import SPOKEN, article, counted, phrase, referring
from .world import CLASHES, KEYS, OTHER_WAY, SIZE_WORDS, Placed, Scene, World

# How often each is drawn. Few scenes have room to add or to move something, so those are asked for more often.
KINDS = {"add": 9, "remove": 3, "replace": 4, "recolor": 3, "move": 6, "background": 2}
# Where the world's captions tell which way things face.
TURN = "turn"
VERBS = {"add": "adding", "remove": "removing", "replace": "replacing", "recolor": "adjusting", "move": "adjusting", TURN: "adjusting", "background": "edit"}


@dataclass(frozen=True)
class Edit:
    """`places` are the sprites a plan names: where something comes, goes or changes."""

    kind: str
    instruction: str
    source: Scene
    target: Scene
    places: tuple[Placed, ...]

    @property
    def changed(self) -> set[Placed]:
        """Sprites that come, go or look otherwise, before and after."""
        return {*self.source.items} ^ {*self.target.items}

    def region(self, composer: Composer, side: int) -> np.ndarray:
        """Where it may change a picture of side x side codes, bool [side,side]: a code around what it changes; everywhere for another background."""
        out = np.full((side, side), self.source.background != self.target.background)
        for item in self.changed:
            columns, rows = composer.cells(item, side, 1)
            out[rows.start:rows.stop, columns.start:columns.stop] = True
        return out


def _swap(scene: Scene, old: Placed, new: Placed) -> Scene:
    return replace(scene, items=tuple(new if i is old else i for i in scene.items))


def _alone(world: World, scene: Scene, item: Placed, x: int, y: int) -> bool:
    others = [world.cell(i) for i in scene.items if i is not item]
    return (x, y) in world.free_spots(others, world.cell(item)[2])


def make_edit(world: World, scene: Scene, kind: str) -> Edit | None:
    """A random edit of one kind, or None when the scene allows none. Targets are never held-out combinations."""
    rng = world.rng
    said = rng.choice
    if kind == "background":
        key = said([k for k in KEYS if k != scene.background and not CLASHES.get(k, set()) & {i.color for i in scene.items}])
        words = said(SPOKEN[key])
        bare = words.split(" ", 1)[1] if words.startswith("on a") and words.endswith("background") else words
        text = (f"{said(['Change', 'Turn'])} the background to {bare.replace('a ', '').replace(' background', '')}." if bare != words
                else f"{said(['Put it', 'Move it', 'Make it'])} {words}.")
        return Edit(kind, text, scene, replace(scene, background=key, spoken=words), ())
    if kind == "add":
        cells = [world.cell(i) for i in scene.items]
        size, word = world.sizes([("", None)])[0]
        spots = world.free_spots(cells, size)
        if not spots or len(scene.items) > 3:
            return None
        name, color = world.thing(exclude={i.name for i in scene.items})
        if color in CLASHES.get(scene.background, set()):
            return None
        far = world.full - size
        what = counted(name, color, 1, said(SIZE_WORDS[word]) if word else "")
        sides = {"on the left": lambda x, y: x == 0, "on the right": lambda x, y: x == far,
                 "at the top": lambda x, y: y == 0, "at the bottom": lambda x, y: y == far}
        side, fits = said(list(sides.items()))
        good = [s for s in spots if fits(*s)]
        if good and rng.random() < 0.6:
            # Beside what is there, on the same line where there is room.
            line = [s for s in good if any(s[0] == x or s[1] == y for x, y, _ in cells)]
            spot, where = said(line or good), " " + side
        else:
            line = [s for s in spots if any(s[0] == x or s[1] == y for x, y, _ in cells) and (s[0] in (0, far) or s[1] in (0, far))]
            spot, where = said(line or spots), ""
        new = world.place(name, color, *spot, size, word)
        return Edit(kind, f"{said(['Add', 'Add', 'Put']) if where else 'Add'} {what}{where}.", scene, replace(scene, items=(*scene.items, new)), (new,))
    items = scene.items if kind != TURN else [i for i in scene.items if i.way]
    if not items:
        return None
    item = said(items)
    which = referring(scene, item, world.full, rng)
    if which is None:
        return None
    if kind == "remove":
        return Edit(kind, f"{said(['Remove', 'Remove', 'Delete', 'Take away'])} {which}.", scene,
                    replace(scene, items=tuple(i for i in scene.items if i is not item)), (item,))
    if kind == "replace":
        name, color = world.thing(exclude={i.name for i in scene.items})
        # Where flips are ways to face, what comes instead faces its own.
        new = replace(item, name=name, color=color, flip=item.flip and "facing_share" not in world.spec, told_way=None)
        text = said([f"Replace {which} with {article(phrase(name, color))}.", f"Turn {which} into {article(phrase(name, color))}."])
    elif kind == "recolor":
        color = said([c for c in world.colors if c != item.color and c not in CLASHES.get(scene.background, set())])
        new = replace(item, color=color)
        text = said([f"Make {which} {color}.", f"Make {which} {color}.", f"Change the color of {which} to {color}.", f"Paint {which} {color}."])
    elif kind == TURN:
        if scene.groups()[item.name, item.color] > 1:
            return None
        way = OTHER_WAY[item.way]  # type: ignore[index]
        new = item.facing(way)
        text = said([f"Turn {which} around.", f"Make {which} face {way}.", f"Make {which} face {way}."])
    else:
        at_x, at_y, side = world.cell(item)
        far = world.full - side
        word, x, y = said([("to the left", 0, at_y), ("to the right", far, at_y), ("to the top", at_x, 0), ("to the bottom", at_x, far)])
        if (x, y) == (at_x, at_y) or not _alone(world, scene, item, x, y):
            return None
        new = replace(item, x=item.x + x - at_x, y=item.y + y - at_y)
        text = f"Move {which} {word}."
    if new.color in CLASHES.get(scene.background, set()):
        return None
    places = (item, new) if kind == "move" else (new,)
    return Edit(kind, text, scene, _swap(scene, item, new), places)


def kinds(world: World) -> dict[str, int]:
    """How often each kind of edit is drawn in a world."""
    return KINDS | ({TURN: 12} if "facing_share" in world.spec else {})


def sample_edit(world: World, scene: Scene, held_out: bool = False) -> Edit:
    """A random edit; background changes fit every scene, so there always is one."""
    shares = kinds(world)
    while True:
        kind = world.rng.choices(list(shares), weights=list(shares.values()))[0]
        edit = make_edit(world, scene, kind)
        if edit and (held_out or not world.is_held_out(edit.target)):
            return edit
