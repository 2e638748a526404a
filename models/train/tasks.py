"""Training samples of every task, made anew from the pool's scenes each time: prompts, answers, and which pictures take part."""
from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Iterator

import numpy as np
import torch
from torch import Tensor

from .aims import Aimer, Aims, Said, Ways, stack as stack_aims, stack_ways
from .compose import Composer
from .edits import VERBS
from .export import grid_side
from .language import (OPPOSITE, PREFIXES, QUESTIONS, article, complaint, critique, describe, luminance_text, phrase, plural, question, referring,
                       relation)
from .pool import Pool
from .prompts import Prompts
from .shades import own_color
from .world import FACING, OTHER_WAY, OVERLAP, SIZED, SIZE_WORDS, Placed, Scene, World

BLOCK = 16
# Mistakes drawn for the critic, as often as each stands here; pair: another scene's caption.
MISTAKES = ["pair", "count", "count", "color", "object", "relation", "background"]


@dataclass
class Sample:
    """One training example: und ids with markers, pictures by pool index, and what is to be predicted. planned: whether a plan stands before the canvas.

    region: of an edit, bool [gh,gw], where the picture may change.
    """

    ids: list[int]
    pictures: list[int] = field(default_factory=list)
    source: int = -1
    target: int = -1
    answer: list[int] = field(default_factory=list)
    length: int = 0
    kind: str = ""
    said: Said = field(default_factory=Said)
    planned: bool = False
    region: np.ndarray | None = None

    def key(self) -> tuple[int, ...]:
        """Samples of one key can share a batch: nothing is ever padded."""
        marks = [i for i, t in enumerate(self.ids) if t < 0]
        return len(self.ids), self.length, *(marks[:1] + marks[-1:]), len(marks), len(self.pictures), int(self.planned)


@dataclass
class Batch:
    """Stacked samples: ids [b,n], answers [b,G] or None; `seen` [b,k], `source` and `target` [b] are pictures by pool index, or None; aims of text tasks; regions of edits [b,gh,gw]; rows of pictures that show a way."""

    ids: Tensor
    seen: Tensor | None
    source: Tensor | None
    target: Tensor | None
    answer: Tensor | None
    kinds: list[str]
    aims: list[Aims] | None
    region: Tensor | None = None
    ways: Ways | None = None


@dataclass
class Pictured(Batch):
    """A batch with its pictures: `seen` [b,k,n,w] tower tokens, `source` and `target` codes [b,gh,gw], where the pool lies; ids and answers on the CPU.

    Outside an edit's region the target keeps the source's codes: the same background has other codes in another picture.
    """

    @classmethod
    def of(cls, batch: Batch, pool: Pool) -> Pictured:
        """Looks the pictures up."""
        side = int(round(pool.codes.shape[1] ** 0.5))

        def grids(picks: Tensor | None) -> Tensor | None:
            return None if picks is None else pool.codes[picks.to(pool.codes.device)].long().view(-1, side, side)

        seen = None if batch.seen is None else pool.seen[batch.seen.to(pool.seen.device)].float()
        source, target = grids(batch.source), grids(batch.target)
        if batch.region is not None:
            target = torch.where(batch.region.to(target.device), target, source)  # type: ignore[union-attr, arg-type]
        return cls(batch.ids, seen, source, target, batch.answer, batch.kinds, batch.aims, batch.region, batch.ways)


class Tasks:
    """Draws samples for the recipe's task mix."""

    mistakes, depth = MISTAKES, 0.0

    def __init__(self, recipe: dict[str, Any], pool: Pool, prompts: Prompts, seed: int) -> None:
        self.mix, self.pool, self.prompts = recipe["mix"], pool, prompts
        self.world, self.composer = World(recipe["world"], seed), Composer(recipe["world"], recipe.get("box_steps", 32))
        told = {kind: recipe["world"] | recipe["pool"][kind]["world"] for kind in (SIZED, OVERLAP, FACING) if kind in recipe.get("pool", {})}
        self.others = {kind: World(world, seed) for kind, world in told.items()}
        self.sides: dict[str, int] = told.get(SIZED, {}).get("size_words", {})
        self.depth = self.mix.get("depth", 0) if OVERLAP in told else 0
        self.rng, self.grid = random.Random(seed), grid_side(recipe)
        self.mistakes = self.mix.get("mistakes", MISTAKES)
        self.own = [list(pool.wrong.items()), list(pool.right.items())]
        if self.mix.get("own") and not all(self.own):
            raise ValueError("The recipe's critic is to judge the model's own pictures, right and wrong, and the work folder has none. Run the stage `own` first.")
        tower = recipe["tower"]
        self.aimer = Aimer(prompts, self.composer, self.world.objects, self.world.colors, tower["image_size"] // tower["patch_size"] // 2)

    @cached_property
    def showing(self) -> dict[str, list[int]]:
        """Pictures of the pool that can be painted, by what they show."""
        out: dict[str, list[int]] = defaultdict(list)
        for picture in range(2 * self.pool.painted):
            for name in {i.name for i in self.scene(picture).items}:
                out[name].append(picture)
        return out

    def scene(self, picture: int) -> Scene:
        """The scene of a pool picture."""
        edit = self.pool.edits[picture // 2]
        return edit.target if picture % 2 else edit.source

    def is_usual(self, scene: Scene) -> bool:
        """Whether everything stands where a caption that says nothing of places would have it."""
        return self.others.get(OVERLAP, self.world).is_usual(scene)

    def must_relate(self, scene: Scene) -> bool | None:
        """True where a caption has to say how two things stand (None: it may): where it leaves that open, they stand side by side."""
        middles = [i.y + i.size / 2 for i in scene.items]
        return True if len(middles) == 2 and abs(middles[0] - middles[1]) > self.world.grid else None

    def any_picture(self, ways: float = 0) -> int:
        """A random picture of the pool, to look at. ways: how often it is one where ways to face are drawn by lot; elsewhere "left" without a look is nearly always right."""
        turned = self.pool.ranges[FACING]
        among = turned if turned and self.rng.random() < ways else range(len(self.pool))
        return 2 * self.rng.choice(among) + self.rng.randrange(2)

    def any_painted(self) -> int:
        """A random entry of the pool that can be painted; mix.painted tells how often each kind comes up."""
        shares, rng = self.mix.get("painted"), self.rng
        if shares is None:
            return rng.randrange(self.pool.painted)
        kind = rng.choices(list(shares), weights=list(shares.values()))[0]
        return rng.choice(self.pool.ranges[kind])

    def paint(self) -> Sample:
        """Text to image: with or without plan, micro-conditions, earlier rounds (PIPELINE 2-4)."""
        rng, mix, p = self.rng, self.mix, self.prompts
        again = rng.random() < mix["history"]
        planned = rng.random() < mix["plan"] * (2 if again else 1)
        wanted = mix.get("wanted", {})
        while True:
            picture = 2 * self.any_painted() + rng.randrange(2)
            scene = self.scene(picture)
            if rng.random() < wanted.get(str(len(scene.items)), 1) and (planned or not mix.get("usual") or self.is_usual(scene)):
                break
        planned = planned and bool(scene.items)
        earlier = self.earlier(picture) if again else None
        pictures, feedback = ([earlier[0]], [critique(earlier[1])]) if earlier else ([], [])
        caption = describe(scene, rng, plain=rng.random() < 0.5, related=None if planned else self.must_relate(scene))
        micro = luminance_text(*self.pool.light[picture]) if rng.random() < mix["micro"] else ""
        plan = p.plan(self.composer.boxes(scene)) if planned else []
        return Sample(p.paint(caption, micro, plan, feedback), pictures, -1, picture, kind="paint", said=Said(None, scene.in_order()), planned=planned)

    def earlier(self, picture: int) -> tuple[int, str] | None:
        """A picture that an earlier round may have left in place of this one, and what is wrong with it: the other half of its edit, or any that shows one of its things."""
        scene = self.scene(picture)
        other = picture ^ 1
        if scene.items and self.rng.random() < 0.6:
            other = self.rng.choice(self.showing[self.rng.choice(scene.items).name])
        return (other, reply) if (reply := complaint(scene, self.scene(other))) else None

    def edit(self) -> Sample:
        """Edit by instruction, with or without plan (PIPELINE 5)."""
        rng, p = self.rng, self.prompts
        entry = self.any_painted()
        while rng.random() >= self.mix.get("edits", {}).get(self.pool.edits[entry].kind, 1):
            entry = self.any_painted()
        edit = self.pool.edits[entry]
        planned = edit.places and rng.random() < self.mix["edit_plan"]
        plan = p.plan([(phrase(i.name, i.color), self.composer.bins(i)) for i in edit.places], VERBS[edit.kind]) if planned else []
        region = np.ones((self.grid, self.grid), bool)
        # Where every code outside is always kept, one that was painted wrongly says that its place is being changed, and what is painted around it is a heap of blots.
        if rng.random() < self.mix.get("kept", 0):
            region = edit.region(self.composer, self.grid)
        return Sample(p.edit(edit.instruction, plan), [2 * entry], 2 * entry, 2 * entry + 1, kind=edit.kind, planned=bool(planned), region=region)

    def text(self) -> Sample:
        """A text task of the mix."""
        names = self.mix["text"]
        while True:
            made = getattr(self, f"_{self.rng.choices(list(names), weights=list(names.values()))[0]}")()
            if made and len(made.answer) <= made.length:
                return made

    def _ask(self) -> Sample | None:
        rng, shares = self.rng, self.mix.get("questions", QUESTIONS)
        kind = rng.choices(list(shares), weights=list(shares.values()))[0]
        picture = self.any_picture(kind == "facing")
        scene = self.scene(picture)
        asked = question(scene, self.world, rng, kind, self.depth)
        if kind == "count" and rng.random() < self.mix.get("absent", 0):
            name = rng.choice([o for o in self.world.objects if all(o != i.name for i in scene.items)])
            asked = f"How many {plural(name)} are there?", "none"
        if kind == "color" and rng.random() < self.mix.get("own_colors", 0):
            asked = self.own_color_question(scene)
        if asked is None:
            return None
        told = "ask yesno" if kind == "relation" else f"ask {kind}"
        return Sample(self.prompts.ask(asked[0]), [picture], answer=self.prompts.encode(asked[1]), length=rng.choice([16, 64]), kind=told, said=Said(scene))

    @cached_property
    def own_colors(self) -> dict[str, str | None]:
        """What the colours of things are called that nobody tinted."""
        return {name: own_color(self.composer, name) for name in self.world.objects}

    def own_color_question(self, scene: Scene) -> tuple[str, str] | None:
        """What colour a thing has that nobody tinted, where that has a name."""
        names = [i.name for i in scene.items]
        tinted = {i.name for i in scene.items if i.color}
        plain = [n for n in names if n not in tinted and self.own_colors[n]]
        if not plain:
            return None
        name = self.rng.choice(plain)
        verb, noun = ("is", name) if names.count(name) == 1 else ("are", plural(name))
        return f"What color {verb} the {noun}?", self.own_colors[name]  # type: ignore[return-value]

    def phrases(self, scene: Scene) -> list[tuple[str, Placed]]:
        """Phrases that each fit one sprite, in random order."""
        rng, out = self.rng, []
        for item in scene.items:
            which = referring(scene, item, self.world.full, rng)
            if which:
                form = rng.random()
                bare = which.removeprefix("the ")
                out.append((which if form < 0.4 else bare if form < 0.75 else article(bare), item))
        rng.shuffle(out)
        return out

    def _dense(self) -> Sample | None:
        picture = self.any_picture()
        found = self.phrases(self.scene(picture))
        if not found:
            return None
        found = found[: self.rng.randint(1, len(found))]
        return Sample(self.prompts.dense([(words, self.composer.bins(i)) for words, i in found]), [picture], kind="ground",
                      said=Said(self.scene(picture), [i for _, i in found]))

    def _expression(self) -> Sample | None:
        picture = self.any_picture()
        found = self.phrases(self.scene(picture))[:1]
        return Sample(self.prompts.expression(found[0][0], self.composer.bins(found[0][1])), [picture], kind="ground",
                      said=Said(self.scene(picture), [found[0][1]])) if found else None

    def _caption(self) -> Sample:
        picture, p = self.any_picture(), self.prompts
        scene = self.scene(picture)
        answer = p.encode("An image with ") if scene.items else p.encode("An image with nothing")
        for i, (name, bins) in enumerate(self.composer.boxes(scene)):
            answer = answer + (p.encode(", ") if i else []) + p.named_box(name, bins)
        return Sample(p.caption(), [picture], answer=answer, length=64, kind="caption", said=Said(scene, scene.in_order()))

    def _plan(self) -> Sample:
        """Of a scene that no pool need hold: nobody sees it."""
        rng, p = self.rng, self.prompts
        shares = {kind: self.mix.get(kind, 0) for kind in self.others}
        world = rng.choices([self.world, *self.others.values()], weights=[1 - sum(shares.values()), *shares.values()])[0]
        scene = world.sample()
        while not scene.items or (self.mix.get("usual") and not world.is_usual(scene)):
            scene = world.sample()
        micro = luminance_text(*self.pool.light[self.any_picture()]) if rng.random() < self.mix["micro"] else ""
        asked = p.paint_planner(describe(scene, rng, plain=rng.random() < 0.5, related=self.must_relate(scene)), micro)
        return Sample(asked, answer=p.plan(self.composer.boxes(scene)), length=64, kind="plan", said=Said(None, scene.in_order()))

    def _edit_plan(self) -> Sample | None:
        entry, p = self.rng.randrange(len(self.pool)), self.prompts
        edit = self.pool.edits[entry]
        if not edit.places:
            return None
        plan = p.plan([(phrase(i.name, i.color), self.composer.bins(i)) for i in edit.places], VERBS[edit.kind])
        return Sample(p.edit_planner(edit.instruction), [2 * entry], answer=plan, length=64, kind="edit plan", said=Said(edit.source, edit.places))

    def wrong_caption(self, scene: Scene, picture: int) -> tuple[str, str] | None:
        """A caption that does not fit a scene, and what is wrong."""
        rng, world = self.rng, self.world
        names = [i.name for i in scene.items]
        kind = rng.choice(self.mistakes)
        said = [i for i in scene.items if i.word]
        if said and rng.random() < 0.3:
            kind = "size"
        turned = [i for i in scene.items if i.told_way]
        if turned and rng.random() < self.mix.get("wrong_ways", 0.3):
            kind = "facing"
        related = None
        if kind == "pair":
            other = self.scene(picture ^ 1)
            reply = complaint(other, scene)
            return (describe(other, rng, plain=rng.random() < 0.5), reply) if reply else None
        if not scene.items:
            return None
        item = rng.choice(scene.items)
        if kind == "count":
            if len(set(names)) != 1:
                return None
            n = rng.choice([k for k in (1, 2, 3, 4) if k != len(names)])
            wanted = replace(scene, items=tuple(replace(item, x=item.x + i) for i in range(n)))
        elif kind == "color":
            color = rng.choice([c for c in world.colors if c != item.color])
            wanted = replace(scene, items=tuple(replace(i, color=color) if i.name == item.name else i for i in scene.items))
        elif kind == "object":
            name = rng.choice([o for o in world.objects if o not in names])
            wanted = replace(scene, items=tuple(replace(i, name=name, told_way=None) if i is item else i for i in scene.items))
        elif kind == "facing":
            item = rng.choice(turned)
            alike = (item.name, item.color)
            wanted = replace(scene, items=tuple(i.facing(OTHER_WAY[item.told_way]) if (i.name, i.color) == alike else i for i in scene.items))  # type: ignore[index]
        elif kind == "size":
            item = rng.choice(said)
            word = rng.choice([w for w in SIZE_WORDS if w != item.word])
            side = self.sides[word]
            # About the same middle, so that what is said of places stays true.
            other = [replace(i, size=side, word=word, x=i.x + (i.size - side) // 2, y=i.y + (i.size - side) // 2) for i in scene.items]
            wanted = replace(scene, items=tuple(o if i.name == item.name else i for i, o in zip(scene.items, other)))
        elif kind == "relation":
            if len(names) != 2 or names[0] == names[1]:
                return None
            a, b = scene.items if rng.random() < 0.5 else scene.items[::-1]
            word = OPPOSITE[rng.choice(relation(a, b))]
            if self.depth and not (a.covers(b) or b.covers(a)) and rng.random() < self.depth:
                word = rng.choice(["in front of", "behind"])
            related = (a.name, word, b.name)
            caption = f"{rng.choice(PREFIXES)}{article(phrase(a.name, a.color))} {word} {article(phrase(b.name, b.color))}"
            return f"{caption}{' ' + scene.spoken if scene.spoken else ''}", complaint(scene, scene, related)  # type: ignore[return-value]
        else:
            other = world.draw()
            if not other.spoken or other.background == scene.background:
                return None
            wanted = replace(scene, background=other.background, spoken=other.spoken)
        reply = complaint(wanted, scene)
        return (describe(wanted, rng, plain=rng.random() < 0.5), reply) if reply else None

    def _critic(self) -> Sample | None:
        rng = self.rng
        if rng.random() < self.mix.get("own", 0):
            # Wrong ones are rarer than right ones, so each comes up more often.
            picture, own = rng.choice(self.own[rng.random() < self.mix.get("correct", 0.45)])
            return self.judged(picture, own.caption, own.reply, own.found)
        picture = self.any_picture(self.mix.get("critic_ways", 0))
        scene = self.scene(picture)
        if rng.random() < self.mix.get("correct", 0.45):
            caption, reply = describe(scene, rng, plain=rng.random() < 0.5), None
        else:
            wrong = self.wrong_caption(scene, picture)
            if wrong is None:
                return None
            caption, reply = wrong
        return self.judged(picture, caption, reply, scene)

    def judged(self, picture: int, caption: str, reply: str | None, scene: Scene) -> Sample:
        """What a critic should say of a picture that shows a scene."""
        p = self.prompts
        return Sample(p.critic(caption), [picture], answer=p.encode(critique(reply)), length=32, kind="critic", said=Said(scene))

    def batches(self, group: str, size: int) -> Iterator[Batch]:
        """Endless batches of a group (paint, edit, text) whose samples have one layout of columns: a layout waits until it has enough, so none is left out."""
        make = getattr(self, group)
        waiting: dict[tuple[int, ...], list[Sample]] = defaultdict(list)
        while True:
            sample = make()
            key = sample.key()
            waiting[key].append(sample)
            if len(waiting[key]) == size:
                yield self.stack(waiting.pop(key))

    def stack(self, samples: list[Sample]) -> Batch:
        """Samples of one key as tensors."""
        p = self.prompts

        def picks(which: list[int]) -> Tensor | None:
            return None if which[0] < 0 else torch.tensor(which)

        seen = torch.tensor([s.pictures for s in samples]) if samples[0].pictures else None
        answer = None
        if samples[0].length:
            answer = torch.full((len(samples), samples[0].length), p.eos)
            for row, s in zip(answer, samples):
                row[: len(s.answer)] = torch.tensor(s.answer)
                if len(s.answer) < s.length:
                    row[len(s.answer)] = p.eot
        ids = torch.tensor([s.ids for s in samples])
        aims = ways = None
        if samples[0].target < 0:
            ways = None if seen is None else stack_ways([self.aimer.ways(s.ids, s.said.scene) for s in samples])  # type: ignore[arg-type]
            aims = stack_aims([self.aimer.of(s.kind, s.ids, s.answer, s.said) for s in samples], ids.shape[1])
        elif samples[0].source < 0:
            aims = stack_aims([self.aimer.painted(s.ids, s.said.things) for s in samples], ids.shape[1])
        regions = None if samples[0].region is None else torch.from_numpy(np.stack([s.region for s in samples]))  # type: ignore[misc]
        return Batch(ids, seen, picks([s.source for s in samples]), picks([s.target for s in samples]), answer, [s.kind for s in samples], aims, regions, ways)
