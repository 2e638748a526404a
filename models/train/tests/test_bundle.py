"""From the shipped bundle through the stages and back, on one thread and a handful of pictures."""
from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from ..config import HERE, load_recipe, merged
from ..export import build_model, export_bundle, grid_side
from ..language import RELATIONS
from ..pool import Pool, build_pool
from ..prompts import CANVAS, SEM, SRC
from ..tasks import Pictured, Tasks
from ..train_part import is_picture_only, is_text_only, train_part
from ..world import FACING, OTHER_WAY, SIZED

ROOT = HERE.parents[1]
NANO = ROOT / "models" / "nano"
FEW = {"entries": 24}
SECTIONS: dict[str, Any] = {
    "train": {"threads": 1, "workers": 1},
    "pool": {**FEW, "chunk": 24, "batch": 12, "own": None, "sized": FEW, "overlap": FEW, "facing": FEW, "varied": FEW},
    "mix": {"own": 0},
    "picture": {"batch": {"paint": 2, "edit": 2}, "warmup_steps": 1, "phases": [{"groups": {"paint": 0.5, "edit": 0.5}, "mix": {}, "seconds": 4}]},
    "text": {"batch": {"text": 2}, "warmup_steps": 1, "phases": [{"mix": {"ask": 0.5, "plan": 0.5}, "seconds": 4}]},
}


class FromTheBundle(unittest.TestCase):
    work: Path
    recipe: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.work, cls.recipe = Path(folder.name), merged(load_recipe("longer"), SECTIONS)
        torch.set_num_threads(1)
        subprocess.run([sys.executable, "-m", "models.train.warm", "--bundle", str(NANO), "--work", str(cls.work), "--words"], cwd=ROOT, check=True, stdout=subprocess.PIPE)
        build_pool(cls.recipe, cls.work)

    def weights(self) -> dict[str, torch.Tensor]:
        return torch.load(self.work / "mot.pt", weights_only=False)["ema"]

    def tasks(self, **mix: Any) -> Tasks:
        _, prompts = build_model(self.recipe, self.work)
        return Tasks(self.recipe | {"mix": self.recipe["mix"] | mix}, Pool(self.work), prompts, 5)

    def test_what_is_exported_again_is_what_is_shipped(self) -> None:
        out = self.work / "again"
        export_bundle(self.recipe, self.work, out, None)
        for path in ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json", "vqvae/config.json"):
            self.assertTrue((out / path).read_bytes() == (NANO / path).read_bytes(), path)

    def test_no_word_of_a_sample_is_unknown_and_every_picture_has_its_rows(self) -> None:
        tasks, kinds = self.tasks(), set()
        p, slots = tasks.prompts, (grid_side(self.recipe) // 2) ** 2
        for make in (tasks.paint, tasks.edit, tasks.text):
            for _ in range(200):
                sample = make()
                marks = Counter(t for t in sample.ids if t < 0)
                self.assertEqual(marks[SEM], len(sample.pictures) * p.picture_tokens)
                self.assertEqual(marks[CANVAS], slots if sample.target >= 0 else 0)
                self.assertEqual(marks[SRC], slots if sample.source >= 0 else 0)
                self.assertTrue(all(0 <= t < p.tok.get_vocab_size() for t in (*sample.answer, *(t for t in sample.ids if t >= 0))))
                self.assertLessEqual(len(sample.answer), sample.length)
                kinds.add(sample.kind)
        self.assertLessEqual({"paint", "add", "remove", "replace", "recolor", "critic", "caption", "plan", "ground", "ask facing", "ask color"}, kinds)

    def test_a_mix_says_which_pictures_and_which_edits(self) -> None:
        tasks = self.tasks(painted={SIZED: 1}, edits={"add": 0, "move": 0})
        for _ in range(100):
            sample = tasks.edit()
            self.assertIn(sample.source // 2, tasks.pool.ranges[SIZED])
            self.assertNotIn(sample.kind, ("add", "move"))

    def test_what_an_edit_keeps_has_the_codes_of_its_source(self) -> None:
        for kept in (0, 1):
            # A new background keeps nothing.
            tasks = self.tasks(kept=kept, edits={"background": 0})
            batch = next(tasks.batches("edit", 2))
            shown = Pictured.of(batch, tasks.pool)
            own = tasks.pool.codes[batch.target].long().view_as(shown.target)
            self.assertEqual(bool((~batch.region).any()), bool(kept))
            self.assertTrue(torch.equal(shown.target[~batch.region], shown.source[~batch.region]))
            self.assertTrue(torch.equal(shown.target[batch.region], own[batch.region]))

    def test_rows_of_a_picture_are_told_the_way_that_is_seen_there(self) -> None:
        tasks = self.tasks(text={"ask": 1}, questions={"facing": 1})
        said = {tasks.prompts.encode(f" facing {way}")[0]: way for way in OTHER_WAY}
        met = set()
        for _ in range(20):
            sample = tasks.text()
            self.assertIn(sample.pictures[0] // 2, tasks.pool.ranges[FACING])
            scene, start = tasks.scene(sample.pictures[0]), sample.ids.index(SEM)
            rows = tasks.aimer.ways(sample.ids, scene)
            self.assertTrue(rows)
            for row, word in rows:
                y, x = ((v + 0.5) * tasks.world.full / tasks.aimer.side for v in divmod(row - start, tasks.aimer.side))
                there = [i for i in scene.items if i.x - 16 <= x <= i.x + i.size + 16 and i.y - 16 <= y <= i.y + i.size + 16]
                self.assertIn(said[word], {i.way for i in there})
                met.add(said[word])
        self.assertEqual(met, set(OTHER_WAY))

    def test_a_layout_that_the_caption_leaves_open_is_side_by_side(self) -> None:
        tasks, open_ones = self.tasks(text={"plan": 1}, sized=0, overlap=0, facing=0), 0
        for _ in range(400):
            sample = tasks.text()
            said = tasks.prompts.tok.decode(sample.ids)
            if len(sample.said.things) == 2 and not any(f" {word} " in said for words in RELATIONS.values() for word in words):
                open_ones += 1
                self.assertEqual(*(i.y for i in sample.said.things))
        self.assertGreater(open_ones, 20)

    def test_training_a_part_leaves_the_other_as_it_was(self) -> None:
        last, path = self.recipe["model"]["dual_tower_layers"], self.work / "mot.pt"
        self.addCleanup(path.write_bytes, path.read_bytes())
        for part, is_own in (("picture", is_picture_only), ("text", lambda name: is_text_only(name, last))):
            before = self.weights()
            train_part(self.recipe, self.work, part)
            after = self.weights()
            changed = {name for name in before if not torch.equal(before[name], after[name])}
            self.assertEqual(changed, {name for name in before if is_own(name)}, part)
            # A phase that is finished is not trained again.
            train_part(self.recipe, self.work, part)
            self.assertTrue(all(torch.equal(after[name], value) for name, value in self.weights().items()))


class Shipped(unittest.TestCase):
    def test_the_recipe_has_the_shapes_of_the_bundle(self) -> None:
        recipe = load_recipe("longer")
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "tokenizer.json").write_bytes((NANO / "tokenizer.json").read_bytes())
            model, _ = build_model(recipe, Path(folder))
        shipped = load_file(NANO / "model.safetensors")
        self.assertTrue(all(shipped[f"model.{name}"].shape == value.shape for name, value in model.state_dict().items()))


if __name__ == "__main__":
    unittest.main()
