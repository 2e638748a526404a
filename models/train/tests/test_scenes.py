"""What training draws and says: scenes hold to their rules, and every sentence is true of its scene."""
from __future__ import annotations

import random
import unittest
from dataclasses import replace

from ..compose import Composer
from ..config import load_recipe
from ..edits import kinds, make_edit, sample_edit
from ..language import complaint, describe, facing_question, plural, referring, relation, relation_question
from ..own import stated
from ..world import FACING, OTHER_WAY, OVERLAP, SIZED, Placed, Scene, World

RECIPE = load_recipe("longer")
WORLDS = {"pool": RECIPE["world"]} | {kind: RECIPE["world"] | RECIPE["pool"][kind]["world"] for kind in (SIZED, OVERLAP, FACING)}


def scenes(kind: str, count: int, seed: int = 7) -> list[Scene]:
    """So many training scenes of a world."""
    world = World(WORLDS[kind], seed)
    return [world.sample() for _ in range(count)]


class Worlds(unittest.TestCase):
    def test_draw_what_a_seed_says_inside_the_picture_and_never_what_is_held_out(self) -> None:
        for kind, spec in WORLDS.items():
            self.assertEqual(scenes(kind, 50), scenes(kind, 50))
            self.assertNotEqual(scenes(kind, 50), scenes(kind, 50, seed=8))
            world = World(spec, 0)
            for scene in scenes(kind, 400):
                self.assertFalse(world.is_held_out(scene))
                for item in scene.items:
                    self.assertLessEqual(max(item.x, item.y) + item.size, spec["image_size"])
                    self.assertEqual((item.x % spec["grid"], item.y % spec["grid"]), (0, 0))

    def test_let_things_overlap_only_where_one_stands_in_front(self) -> None:
        for kind in WORLDS:
            met = False
            for scene in scenes(kind, 400):
                for i, a in enumerate(scene.items):
                    for b in scene.items[i + 1:]:
                        apart = a.x + a.size <= b.x or b.x + b.size <= a.x or a.y + a.size <= b.y or b.y + b.size <= a.y
                        met |= not apart
                        self.assertTrue(apart or a.covers(b) or b.covers(a), scene)
            self.assertEqual(met, kind == OVERLAP)

    def test_hold_a_few_pairs_and_a_few_colours_of_things_out(self) -> None:
        world = World(WORLDS["pool"], 3)
        names, colors = RECIPE["world"]["objects"], RECIPE["world"]["colors"]
        pairs = [world.is_held_out(Scene("white", (Placed(a, None, 128, 0, 0), Placed(b, None, 128, 128, 0)))) for a in names for b in names if a < b]
        tinted = [world.is_held_out(Scene("white", (Placed(name, color, 128, 0, 0),))) for name in names for color in colors]
        for found in (pairs, tinted):
            self.assertAlmostEqual(sum(found) / len(found), RECIPE["world"]["holdout_percent"] / 100, delta=0.02)
        self.assertFalse(any(world.is_held_out(Scene("white", (Placed(name, None, 128, 0, 0),))) for name in names))


class Sentences(unittest.TestCase):
    def test_a_caption_fits_its_scene(self) -> None:
        for kind in WORLDS:
            rng = random.Random(1)
            for scene in scenes(kind, 300):
                caption = describe(scene, rng)
                self.assertIsNone(complaint(scene, scene, stated(caption, scene)), caption)

    def test_a_complaint_names_what_is_wrong(self) -> None:
        world = World(WORLDS[FACING], 5)
        met = set()
        for scene in (world.sample() for _ in range(400)):
            for item in scene.items:
                without = replace(scene, items=tuple(i for i in scene.items if i is not item))
                said = complaint(scene, without)
                self.assertIsNotNone(said)
                self.assertTrue(any(name in said for name in (item.name, plural(item.name))), (said, item))
                if item.told_way and scene.groups()[item.name, item.color] == 1:
                    turned = replace(scene, items=tuple(i.facing(OTHER_WAY[i.told_way]) if i is item else i for i in scene.items))
                    said = complaint(scene, turned)
                    self.assertIn(f"facing {item.told_way}", said or "")
                    met.add(item.told_way)
        self.assertEqual(met, {"left", "right"})

    def test_a_relation_is_where_the_first_thing_stands(self) -> None:
        car = Placed("car", None, 128, 0, 64)
        self.assertEqual(relation(car, replace(car, name="dog", x=128)), ["left of"])
        self.assertEqual(relation(replace(car, name="dog", y=128, x=128), car), ["right of", "below"])
        self.assertEqual(relation(replace(car, name="dog", x=64, depth=1), car), ["in front of"])
        self.assertEqual(relation(car, replace(car, name="dog", x=64, depth=1)), ["behind"])

    def test_relations_and_ways_are_asked_about_truly(self) -> None:
        rng = random.Random(2)
        answers = set()
        for scene in scenes(FACING, 600) + scenes(OVERLAP, 200):
            asked = relation_question(scene, rng, 0.25)
            if asked:
                a, b = next((a, b) for a, b in (scene.items, scene.items[::-1]) if asked[0].startswith(f"Is the {a.name} ") and asked[0].endswith(f" the {b.name}?"))
                word = asked[0].removeprefix(f"Is the {a.name} ").removesuffix(f" the {b.name}?")
                self.assertEqual(asked[1] == "yes", word in relation(a, b), (asked, scene))
                answers.add(asked[1])
            asked = facing_question(scene, rng)
            if asked and asked[0].startswith("Which way"):
                meant = [i for i in scene.items if any(f" the {name} facing?" in asked[0] for name in (i.name, plural(i.name)))]
                self.assertEqual({f"to the {i.way}" for i in meant}, {asked[1]}, (asked, scene))
                answers.add(asked[1])
        self.assertEqual(answers, {"yes", "no", "to the left", "to the right"})

    def test_a_phrase_that_refers_says_the_name_and_no_colour_of_another(self) -> None:
        rng = random.Random(3)
        for scene in scenes(SIZED, 300):
            for item in scene.items:
                said = referring(scene, item, 256, rng)
                if said:
                    self.assertIn(item.name, said)
                    words = said.split()
                    self.assertTrue(all(c == item.color or c == "orange" for c in RECIPE["world"]["colors"] if c in words), (said, item))


class Edits(unittest.TestCase):
    def test_of_every_kind_change_what_they_say_and_nothing_else(self) -> None:
        for kind, spec in WORLDS.items():
            world, met = World(spec, 11), set()
            for _ in range(1500):
                edit = sample_edit(world, world.sample())
                self.assertFalse(world.is_held_out(edit.target))
                before, after = len(edit.source.items), len(edit.target.items)
                self.assertEqual(after - before, {"add": 1, "remove": -1}.get(edit.kind, 0), edit)
                self.assertEqual(edit.source.background != edit.target.background, edit.kind == "background")
                if edit.kind == "turn":
                    old, new = sorted(edit.changed, key=lambda i: i in edit.target.items)
                    self.assertEqual((old.name, old.x, old.y, OTHER_WAY[old.way or ""]), (new.name, new.x, new.y, new.way))
                met.add(edit.kind)
            self.assertEqual(met, set(kinds(world)))

    def test_keep_every_pixel_outside_their_region(self) -> None:
        import numpy as np

        for kind, spec in WORLDS.items():
            world, composer, side = World(spec, 12), Composer(spec), spec["image_size"] // 8
            for name in kinds(world):
                made = next(e for e in (make_edit(world, world.sample(), name) for _ in range(5000)) if e)
                region = np.kron(made.region(composer, side), np.ones((8, 8), bool))
                before, after = composer.draw(made.source), composer.draw(made.target)
                self.assertTrue((before == after)[~region].all(), (kind, made))
                self.assertFalse((before == after).all(), (kind, made))


if __name__ == "__main__":
    unittest.main()
