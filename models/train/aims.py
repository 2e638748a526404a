"""Where rows are told to look while text is learnt: words at what they name, names in answers at the words they repeat.

Copying a name from a prompt takes heads that find its place there, and reading a picture takes heads that find the thing that is asked about. Like the heads
that copy an edit's source (`aim_loss` in mot.py) these come late when nothing tells them where to look. Training only: nothing of this is left in the network.
"""
from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Iterable, NamedTuple, Sequence

import torch
from torch import Tensor

from .compose import Composer
from .language import NUMBERS, PLACES, plural, phrase
from .prompts import SEM, Prompts
from .world import Placed, Scene

WORDS, PICTURE = 0, 1
# More rows than these in one batch add time, not knowledge.
MOST_ROWS = 400


@dataclass
class Said:
    """What a sample speaks of: its picture's scene, and the things its boxes stand for, in their order."""

    scene: Scene | None = None
    things: Sequence[Placed] = field(default_factory=tuple)


class Aim(NamedTuple):
    """A row of the prompt, or of the answer after it, the rows of the prompt it may look at, and which heads look: those for WORDS or for the PICTURE."""

    row: int
    targets: list[int]
    heads: int


class Aims(NamedTuple):
    """Aims of one kind in a batch: samples [r], rows [r], targets bool [r,n] over the prompt's rows. All on the CPU."""

    sample: Tensor
    row: Tensor
    targets: Tensor


def runs(ids: Sequence[int], part: tuple[int, ...]) -> list[int]:
    """Where a part begins in ids."""
    return [i for i in range(len(ids) - len(part) + 1) if ids[i] == part[0] and tuple(ids[i:i + len(part)]) == part]


class Aimer:
    """Finds the aims of samples."""

    def __init__(self, prompts: Prompts, composer: Composer, names: Iterable[str], colors: Iterable[str], picture_side: int) -> None:
        """picture_side: pooled tower tokens along a side of a picture."""
        self.prompts, self.composer, self.side = prompts, composer, picture_side
        self.colors = {prompts.encode(" " + c)[0] for c in colors}
        words = [w for n in names for w in (n, plural(n))] + [*colors, *NUMBERS.values(), *(w for p in PLACES.values() for w in p.split())]
        dull = [*"a an the of and . ,".split(), "no"]
        self.telling = {t for w in words for t in prompts.encode(" " + w)} - {t for w in dull for t in prompts.encode(" " + w) + prompts.encode(w)}
        self.forms: dict[tuple[str, str | None], list[tuple[int, ...]]] = {}

    def spots(self, ids: Sequence[int], name: str, color: str | None) -> tuple[list[int], int]:
        """Where a thing is named in ids, in one number or the other, and in how many tokens. Without a colour: where it has none."""
        if (name, color) not in self.forms:
            said = {phrase(n, color) for n in (name, plural(name))}
            found = {tuple(self.prompts.encode(form)) for s in said for form in (" " + s, s, s[0].upper() + s[1:])}
            self.forms[name, color] = sorted(found, key=len, reverse=True)
        for part in self.forms[name, color]:
            at = [i for i in runs(ids, part) if color or not (i and ids[i - 1] in self.colors)]
            if at:
                return at, len(part)
        return [], 0

    def cells(self, items: Iterable[Placed], start: int) -> list[int]:
        """Rows of the picture that show some things, the picture's first row being `start`."""
        out, cell = [], self.composer.size // self.side
        for item in items:
            x0, y0, x1, y1 = self.composer.box(item)
            out += [start + y * self.side + x for y in range(y0 // cell, (y1 - 1) // cell + 1) for x in range(x0 // cell, (x1 - 1) // cell + 1)]
        return out

    def of(self, kind: str, ids: Sequence[int], answer: Sequence[int], said: Said) -> list[Aim]:
        """All aims of a sample; an answer's rows are numbered after the prompt's."""
        start = ids.index(SEM) if SEM in ids else -1
        out = self.named(ids, said.scene, start) if said.scene and start >= 0 else []
        if not answer:
            for at, thing in zip(runs(ids, (self.prompts.loc_begin,)), said.things):
                out += [Aim(at + i, self.cells([thing], start), PICTURE) for i in range(1, 5)]
        elif kind in ("plan", "edit plan"):
            out += self.repeated(ids, answer, said.things)
        elif kind == "caption":
            for at, thing in zip(runs(answer, (self.prompts.box_open,)), said.things):
                end = answer.index(self.prompts.box_close, at)
                out += [Aim(len(ids) + i, self.cells([thing], start), PICTURE) for i in range(at + 1, end + 6)]
        elif kind == "critic" and said.scene:
            out += self.judged(ids, answer, said.scene, start)
        elif said.scene and kind != "ask background":
            asked = [i for i in said.scene.items if self.spots(ids, i.name, None)[0] or self.spots(ids, i.name, i.color)[0]]
            cells = self.cells(asked or said.scene.items, start)
            out += [Aim(len(ids) + i, cells, PICTURE) for i in range(len(answer))]
        return [a for a in out if a.targets]

    def named(self, ids: Sequence[int], scene: Scene, start: int) -> list[Aim]:
        """Words of the prompt look at what they name."""
        out: dict[int, Aim] = {}
        for item in scene.items:
            for color in dict.fromkeys((item.color, None)):
                at, size = self.spots(ids, item.name, color)
                like = [i for i in scene.items if i.name == item.name and color in (None, i.color)]
                for row in (a + k for a in at for k in range(size)):
                    out.setdefault(row, Aim(row, self.cells(like, start), PICTURE))
                if at:
                    break
        return list(out.values())

    def repeated(self, ids: Sequence[int], answer: Sequence[int], things: Sequence[Placed]) -> list[Aim]:
        """Names in a plan look at the same words of the caption or instruction, token by token."""
        out = []
        for open_, thing in zip(runs(answer, (self.prompts.box_open,)), things):
            at, size = self.spots(ids, thing.name, thing.color)
            if not at and thing.color:
                at, size = self.spots(ids, thing.name, None)
            # The last token of a name in a box is its closing blank.
            rows = range(open_ + 1, answer.index(self.prompts.box_close, open_) - 1)
            skip = max(0, len(rows) - size)
            for k, row in enumerate(rows if at else ()):
                out.append(Aim(len(ids) + row, [a + min(max(0, k - skip), size - 1) for a in at], WORDS))
        return out

    def judged(self, ids: Sequence[int], answer: Sequence[int], scene: Scene, start: int) -> list[Aim]:
        """The verdict looks at all that the caption tells and at all that is there; words of a complaint look at the caption's."""
        told: dict[int, list[int]] = defaultdict(list)
        for i in range(start + self.side**2 + 1, len(ids)):
            if ids[i] in self.telling:
                told[ids[i]].append(i)
        out = [Aim(len(ids) + i, told[t], WORDS) for i, t in enumerate(answer) if t in told]
        return [*out, Aim(len(ids), [i for at in told.values() for i in at], WORDS), Aim(len(ids), self.cells(scene.items, start), PICTURE)]


def stack(aims: Sequence[Sequence[Aim]], rows: int) -> list[Aims]:
    """Aims of a batch's samples, by kind; rows: of the prompt."""
    out = []
    for kind in (WORDS, PICTURE):
        flat = [(i, a) for i, sample in enumerate(aims) for a in sample if a.heads == kind]
        targets = torch.zeros(len(flat), rows, dtype=torch.bool)
        for t, (_, a) in zip(targets, flat):
            t[a.targets] = True
        out.append(Aims(torch.tensor([i for i, _ in flat], dtype=torch.long), torch.tensor([a.row for _, a in flat], dtype=torch.long), targets))
    return out


def chosen(aims: Aims, keep: Tensor) -> Aims:
    """The aims whose rows count (bool [b,rows]), a random part of them where they are many."""
    at = keep[aims.sample, aims.row].nonzero()[:, 0]
    at = at[torch.randperm(len(at))[:MOST_ROWS]]
    return Aims(aims.sample[at], aims.row[at], aims.targets[at])
