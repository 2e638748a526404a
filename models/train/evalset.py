"""Writes eval/sets.json: what nano is judged on. Scenes and combinations here are unseen; the seed is one that training never uses.

python -m models.train.evalset --recipe gpu --geneval FILE [--out models/train/eval/sets.json]
python -m models.train.evalset --recipe gpu --varied [--out models/train/eval/varied.json]
python -m models.train.evalset --recipe sized --sized [--out models/train/eval/sized.json]
python -m models.train.evalset --recipe overlap --overlap [--out models/train/eval/overlap.json]
python -m models.train.evalset --recipe facing --facing [--out models/train/eval/facing.json]
"""
from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np

from .compose import Composer
from .config import HERE, load_recipe
from .edits import kinds, make_edit
from .language import apart, asked_of, counted, critique, describe, headed, question, referring, relation
from .tasks import Tasks
from .world import FACES, Placed, Scene, World

SEED = 90210
# Scenes or prompts of each set; questions and edits of each kind.
COUNTS = {"t2i": 60, "several": 48, "ground": 160, "ask": 25, "edit": 20, "critique": 80, "caption": 40}
# Of scenes whose sprites have any size, are turned, flipped and overlap: what is only looked at.
VARIED = {"ground": 80, "ask": 12, "critique": 40, "caption": 40}
# Of scenes whose captions speak of sizes; sized: prompts of each kind.
SIZED = {"sized": 16, "ground": 80, "ask": 12, "edit": 10, "critique": 40, "caption": 40}
# Of scenes of two things, one in front of the other; overlap: prompts that say which.
OVERLAP = {"overlap": 32, "ground": 80, "ask": 12, "edit": 10, "critique": 40, "caption": 40}
# Of scenes whose captions say which way things face; facing: prompts of each kind.
FACING = {"facing": 12, "ground": 80, "ask": 12, "edit": 10, "critique": 40, "caption": 40}
# Of the recipe's other worlds, by their names.
OTHERS = {"varied": VARIED, "sized": SIZED, "overlap": OVERLAP, "facing": FACING}
# Share of what is behind that must be covered for a scene to be one of overlap, and that may be for it to be recognised.
COVERED = (0.04, 0.35)


class EvalSets:
    """Collects scenes and the questions asked of them."""

    def __init__(self, recipe: dict[str, Any]) -> None:
        self.recipe, self.rng = recipe, random.Random(SEED)
        self.world, self.composer = World(recipe["world"], SEED), Composer(recipe["world"])
        self.scenes: list[dict[str, Any]] = []
        self.plain: list[Scene] = []

    def covered(self, front: Placed, back: Placed) -> float:
        """Which share of one sprite another one lies over."""
        shown = []
        for item in (front, back):
            mask = np.zeros((self.world.full, self.world.full), bool)
            mask[item.y:item.y + item.size, item.x:item.x + item.size] = self.composer.sprite(item.name, item.color, item.size, item.flip, item.angle)[1][..., 0] < 0.5
            shown.append(mask)
        return float((shown[0] & shown[1]).sum() / shown[1].sum())

    def item(self, placed: Placed) -> dict[str, Any]:
        """A sprite with its tight box, and how it is turned if it is."""
        turn = {**({"flip": True} if placed.flip else {}), **({"angle": placed.angle} if placed.angle else {})}
        return {"name": placed.name, "color": placed.color, "size": placed.size, "x": placed.x, "y": placed.y, **turn, "box": list(self.composer.box(placed))}

    def scene(self, scene: Scene, held_out: bool) -> int:
        """Keep a scene; returns its id."""
        self.scenes.append({"id": len(self.scenes), "background": scene.background, "items": [self.item(i) for i in scene.items], "held_out": held_out})
        self.plain.append(scene)
        return len(self.scenes) - 1

    def draw(self, fits: Any = lambda scene: True, held_out: bool = False) -> tuple[int, Scene]:
        """A new scene that fits, and in which what is to be covered is, in part."""
        while True:
            scene = self.world.sample_held_out() if held_out else self.world.sample()
            if fits(scene) and all(COVERED[0] <= self.covered(*pair) <= COVERED[1] for pair in permutations(scene.items, 2) if pair[0].covers(pair[1])):
                return self.scene(scene, held_out), scene


def included(item: Placed) -> dict[str, Any]:
    """One thing in GenEval's form."""
    return {"class": item.name, "count": 1, **({"color": item.color} if item.color else {}), **({"size": item.word} if item.word else {}),
            **({"facing": item.told_way} if item.told_way else {})}


def related_entry(first: Placed, second: Placed, word: str, tag: str, held_out: bool) -> dict[str, Any]:
    """A prompt that says how the first of two things stands to the second, in GenEval's form."""
    said = [headed(counted(i.name, i.color, 1, i.word or ""), i.told_way) for i in (first, second)]
    include = [included(second), included(first) | {"position": [word, 0]}]
    return {"prompt": f"a photo of {said[0]} {apart(first, word)} {said[1]}", "tag": tag, "include": include, "held_out": held_out}


def geneval_entry(scene: Scene, prompt: str, tag: str, held_out: bool) -> dict[str, Any]:
    """A prompt of ours in GenEval's form."""
    words = {(i.name, i.color): i.word for i in scene.items if i.word}
    ways = {(i.name, i.color): i.told_way for i in scene.items if i.told_way}
    include = [{"class": n, "count": k, **({"color": c} if c else {}), **({"size": words[n, c]} if (n, c) in words else {}),
                **({"facing": ways[n, c]} if (n, c) in ways else {})}
               for (n, c), k in scene.groups().items()]
    return {"prompt": prompt, "tag": tag, "include": include, "held_out": held_out}


def told(recipe: dict[str, Any], what: str, seed: int, count: int) -> list[dict[str, Any]]:
    """Prompts that say sizes ("size") or ways ("facing"): of one object, of several alike, of two, of two in a relation; half of them held-out combinations."""
    rng, world, out = random.Random(seed), World(recipe["world"], seed), []
    single, alike, two, placed = (f"{what}{kind}" for kind in ("", " counting", " two objects", " position"))
    for tag in (single, alike, two, placed):
        n = 0
        while n < count:
            held_out = n % 2 == 1
            scene = replace(world.sample_held_out() if held_out else world.sample(), spoken="")
            groups, total = scene.groups(), len(scene.items)
            kind = {(1, 1): (single,), (2, 2): (two, placed)}.get((len(groups), total), (alike,) if len(groups) == 1 else ())
            if tag not in kind or not any(i.word or i.told_way for i in scene.items) or (tag == two and not world.is_usual(scene)):
                continue
            entry = geneval_entry(scene, describe(scene, rng, plain=True, related=False), tag, held_out)
            if tag == placed:
                first, second = rng.sample(scene.items, 2)
                entry = related_entry(first, second, rng.choice(relation(first, second)), tag, held_out)
            if all(entry["prompt"] != other["prompt"] for other in out):
                out.append(entry)
                n += 1
    return out


def overlapping(recipe: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Prompts of two things of which one stands in front of the other; half of them held-out combinations."""
    rng, world, out = random.Random(SEED + 3), World(recipe["world"], SEED + 3), []
    while len(out) < count:
        held_out = len(out) % 2 == 1
        first, second = rng.sample((world.sample_held_out() if held_out else world.sample()).items, 2)
        out.append(related_entry(first, second, relation(first, second)[0], "overlap", held_out))
    return out


def several(recipe: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Prompts for three or four objects of two or three kinds, which GenEval does not ask for: seen combinations, a seed of their own."""
    rng, world = random.Random(SEED + 1), World(recipe["world"] | {"mix": {"several": 1}}, SEED + 1)
    out: list[dict[str, Any]] = []
    while len(out) < count:
        scene = replace(world.sample(), spoken="")
        if 1 < len({i.name for i in scene.items}) == len(scene.groups()):
            out.append(geneval_entry(scene, describe(scene, rng, plain=True), "several", False))
    return out


def build(recipe: dict[str, Any], geneval: list[dict[str, Any]], counts: dict[str, int]) -> dict[str, Any]:
    """All sets, or those with a count. Half of the scenes of every picture task are held-out combinations."""
    counts = dict.fromkeys(COUNTS | SIZED | OVERLAP | FACING, 0) | counts
    sets = EvalSets(recipe)
    rng, world, known = sets.rng, sets.world, set(recipe["world"]["objects"])
    colors = set(recipe["world"]["colors"])
    t2i: list[dict[str, Any]] = [{**{k: e[k] for k in ("prompt", "tag", "include", "exclude") if k in e}, "held_out": False} for e in geneval
           if all(i["class"] in known and i.get("color", "red") in colors for i in e["include"])]
    for _ in range(counts["t2i"]):
        while True:
            scene = world.sample_held_out()
            if len(scene.items) in (1, 2) and len(scene.groups()) == len(scene.items):
                break
        scene = Scene(scene.background, scene.items, "")
        entry = geneval_entry(scene, describe(scene, rng, plain=True, related=False), "held_out", True)
        if len(scene.items) == 2 and rng.random() < 0.5:
            first, second = sorted(scene.items, key=lambda i: (i.x, i.y))
            entry = related_entry(first, second, rng.choice(relation(first, second)), "held_out", True)
        t2i.append(entry)
    t2i += several(recipe, counts["several"]) + told(recipe, "size", SEED + 2, counts["sized"]) + overlapping(recipe, counts["overlap"])
    t2i += told(recipe, "facing", SEED + 4, counts["facing"])
    ground, ask, edits, judged, captions = [], [], [], [], []
    while len(ground) < counts["ground"]:
        at, scene = sets.draw(lambda s: s.items, len(ground) % 2 == 1)
        for index, item in enumerate(scene.items):
            which = referring(scene, item, world.full, rng)
            if which:
                ground.append({"scene": at, "phrase": which, "item": index})
    for kind in asked_of(world.spec):
        n = 0
        while n < counts["ask"]:
            at, scene = sets.draw(held_out=n % 2 == 1)
            asked = question(scene, world, rng, kind)
            if asked:
                ask.append({"scene": at, "kind": kind, "question": asked[0], "answer": asked[1]})
                n += 1
    for kind in kinds(world):
        n = 0
        while n < counts["edit"]:
            at, scene = sets.draw(lambda s: s.items, n % 2 == 1)
            edit = make_edit(world, scene, kind)
            if not edit:
                continue
            boxes = [sets.composer.box(i) for i in edit.changed]
            region = [min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)] if boxes else None
            edits.append({"scene": at, "kind": kind, "instruction": edit.instruction, "region": region, "caption": describe(scene, random.Random(n), plain=True),
                          "target": {"background": edit.target.background, "items": [sets.item(i) for i in edit.target.items]}})
            n += 1
    tasks = Tasks.__new__(Tasks)
    tasks.sides = world.spec.get("size_words", {})
    tasks.world, tasks.rng, tasks.scene = world, rng, lambda picture: sets.plain[picture ^ 1]  # type: ignore[method-assign]
    for n in range(counts["critique"]):
        while True:
            at, scene = sets.draw(lambda s: s.items, n % 2 == 1)
            if n % 4 < 2:
                judged.append({"scene": at, "prompt": describe(scene, rng, plain=True), "correct": True, "reply": critique(None)})
                break
            wrong = tasks.wrong_caption(scene, at ^ 1) if (at ^ 1) < len(sets.plain) else None
            if wrong:
                judged.append({"scene": at, "prompt": wrong[0], "correct": False, "reply": critique(wrong[1])})
                break
    for n in range(counts["caption"]):
        captions.append({"scene": sets.draw(lambda s: s.items, n % 2 == 1)[0]})
    sizes = {"sizes": world.spec["size_words"]} if "size_words" in world.spec else {}
    faces = {"faces": FACES} if "facing_share" in world.spec else {}
    return {"image_size": world.full, "objects": world.objects, "colors": world.colors, **sizes, **faces, "scenes": sets.scenes, "t2i": t2i, "ground": ground, "ask": ask,
            "edit": edits, "critique": judged, "caption": captions}


def main() -> None:
    """Write the sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="cpu")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--geneval", help="GenEval's evaluation_metadata.jsonl")
    what.add_argument("--varied", action="store_true", help="scenes of the recipe's varied world, with nothing to paint")
    what.add_argument("--sized", action="store_true", help="scenes and prompts of the recipe's sized world")
    what.add_argument("--facing", action="store_true", help="scenes and prompts of the recipe's world whose captions say which way things face")
    what.add_argument("--overlap", action="store_true", help="scenes and prompts of the recipe's world of things in front of others")
    parser.add_argument("--out")
    args = parser.parse_args()
    recipe, lines, counts = load_recipe(args.recipe), [], COUNTS
    kind = next((k for k in OTHERS if getattr(args, k)), "")
    if kind and kind not in recipe.get("pool", {}):
        parser.error(f"recipe {recipe['name']} has no {kind} world (its pool section tells of none); --recipe facing has all")
    if kind:
        # As many things as the recipe's own scenes have: crowds are for learning.
        world = recipe["world"] | recipe["pool"][kind]["world"] | {"mix": {"overlap": 1} if args.overlap else recipe["world"]["mix"]}
        recipe, counts = recipe | {"world": world}, OTHERS[kind]
    else:
        lines = [json.loads(line) for line in Path(args.geneval).read_text().splitlines() if line]
    made = build(recipe, lines, counts)
    out = Path(args.out or HERE / "eval" / f"{kind or 'sets'}.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(made, separators=(",", ":")) + "\n")
    print({k: len(v) for k, v in made.items() if isinstance(v, list)}, "of", len(lines), "GenEval prompts")


if __name__ == "__main__":
    main()
