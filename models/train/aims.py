"""Where rows are told to look while text is learnt: words at what they name, names in answers at the words they repeat, verdicts at the words that are wrong.

Copying a name from a prompt takes heads that find its place there, and reading a picture takes heads that find the thing that is asked about, or find that it
is not there. Like the heads that copy an edit's source (`aim_loss` in mot.py) these come late when nothing tells them where to look. Training only: nothing of
this is left in the network.
"""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Iterable, NamedTuple, Sequence

import torch
from torch import Tensor

from .claims import STANDING, Claim, Mention, Reader, written
from .compose import Composer
from .language import NUMBERS, PLACES, plural
from .prompts import CANVAS, SEM, Prompts
from .world import Placed, Scene

# Kinds of aims. WORDS: at words of the prompt; PICTURE: at what is meant; CLAIM: at what bears a word out; FAULT: at the words that are wrong;
# FIRST and SECOND, of a relation: at the words that name the one thing and the other.
WORDS, PICTURE, CLAIM, FAULT, FIRST, SECOND = range(6)
KINDS = 6
# More rows than these in one batch add time, not knowledge.
MOST_ROWS = 400


@dataclass
class Said:
    """What a sample speaks of: its picture's scene, and the things its boxes stand for, in their order."""

    scene: Scene | None = None
    things: Sequence[Placed] = field(default_factory=tuple)


class Aim(NamedTuple):
    """A row of the prompt, or of the answer after it, the rows of the prompt it may look at, and the kind."""

    row: int
    targets: list[int]
    kind: int


class Ways(NamedTuple):
    """Rows of pictures in a batch that show a thing facing a way: samples [r], rows [r], and the id of the word that says it [r]. All on the CPU."""

    sample: Tensor
    row: Tensor
    word: Tensor


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
        names, colors = list(names), list(colors)
        self.prompts, self.composer, self.side = prompts, composer, picture_side
        self.reader = Reader(prompts, names, colors, composer.usual)
        self.colors = {prompts.encode(" " + c)[0] for c in colors}
        words = [w for n in names for w in (n, plural(n))]
        words += [*colors, *NUMBERS.values(), *(w for p in PLACES.values() for w in p.split()), *STANDING, "top", "bottom", "middle"]
        dull = [*"a an the of and . ,".split(), "no"]
        self.telling = {t for w in words for t in prompts.encode(" " + w)} - {t for w in dull for t in prompts.encode(" " + w) + prompts.encode(w)}
        self.telling |= {*self.reader.scales, *self.reader.ways}
        self.forms: dict[tuple[str, str | None], list[tuple[int, ...]]] = {}

    def spots(self, ids: Sequence[int], name: str, color: str | None) -> tuple[list[int], int]:
        """Where a thing is named in ids, in one number or the other, and in how many tokens. Without a colour: where it has none."""
        if (name, color) not in self.forms:
            self.forms[name, color] = written(self.prompts, name, color)
        for part in self.forms[name, color]:
            at = [i for i in runs(ids, part) if color or not (i and ids[i - 1] in self.colors)]
            if at:
                return at, len(part)
        return [], 0

    def cells(self, items: Iterable[Placed], start: int, side: int = 0) -> list[int]:
        """Rows of the picture that show some things, the picture's first row being `start`; side: rows along a side, if not the tower's."""
        side = side or self.side
        out = []
        for item in items:
            columns, rows = self.composer.cells(item, side)
            out += [start + y * side + x for y in rows for x in columns]
        return out

    def shown(self, thing: Placed, things: Iterable[Placed], start: int, side: int = 0) -> list[int]:
        """Rows of the picture (see `cells`) that show a thing, without those where another of the things stands in front of it."""
        hidden = set(self.cells((i for i in things if i.covers(thing)), start, side))
        return [row for row in self.cells([thing], start, side) if row not in hidden]

    def nowhere(self, start: int) -> int:
        """The row after the picture's last: where one looks for what is not there."""
        return start + self.side**2

    def of(self, kind: str, ids: Sequence[int], answer: Sequence[int], said: Said) -> list[Aim]:
        """All aims of a sample; an answer's rows are numbered after the prompt's."""
        start = ids.index(SEM) if SEM in ids else -1
        if said.scene is None or start < 0:
            out = self.repeated(ids, answer, said.things)
        else:
            words = self.nowhere(start) + 1
            found = self.reader.mentions(ids, words)
            claims = self.reader.claims(ids, words, said.scene, kind == "critic") if kind in ("critic", "ask yesno") else []
            out = self.named(found, said.scene, start) + self.borne_out(claims, said.scene, start)
            if not answer:
                out += self.boxed(ids, found, said.things, start)
            elif kind == "edit plan":
                out += self.repeated(ids, answer, said.things)
            elif kind == "caption":
                out += self.captioned(ids, answer, said.things, start)
            elif kind == "critic":
                out += self.judged(ids, answer, said.scene, found, claims, start)
            elif kind != "ask background":
                out += self.answered(ids, answer, said.scene, found, claims, start)
        return [a for a in out if a.targets]

    def ways(self, ids: Sequence[int], scene: Scene) -> list[tuple[int, int]]:
        """Rows of a picture that show something facing a way, and the word that says which; what another thing hides shows nothing."""
        start, words = ids.index(SEM), {way: word for word, way in self.reader.ways.items()}
        return [(row, words[thing.way]) for thing in scene.items if thing.way in words for row in self.shown(thing, scene.items, start)]

    def painted(self, ids: Sequence[int], things: Sequence[Placed]) -> list[Aim]:
        """Slots of the canvas, numbered from 0, look at the words that stand for what they show: a plan's, where there is one, and those that say which way it faces.

        Where things overlap, at those for what is in front.
        """
        side = int(round(ids.count(CANVAS) ** 0.5))
        out = []
        planned = [list(range(at + 1, ids.index(self.prompts.box_close, at))) for at in runs(ids, (self.prompts.box_open,))] or [[]] * len(things)
        for words, thing in zip(planned, things):
            words = words + self.told_ways(ids, thing)
            out += [Aim(slot, words, WORDS) for slot in self.shown(thing, things, 0, side) if words]
        return out

    def told_ways(self, ids: Sequence[int], thing: Placed) -> list[int]:
        """Rows of a prompt that say which way a thing faces, after its name."""
        if not thing.told_way:
            return []
        at, size = self.spots(ids, thing.name, thing.color)
        return [i + size for i in at if i + size < len(ids) and ids[i + size] in self.reader.ways]

    def named(self, found: Sequence[Mention], scene: Scene, start: int) -> list[Aim]:
        """Words of the prompt look at what they name, or nowhere."""
        out = []
        for m in found:
            named = [i for i in scene.items if i.name == m.name]
            like = [i for i in named if m.color in (None, i.color)]
            cells = self.cells(like or named, start) or [self.nowhere(start)]
            out += [Aim(row, cells, PICTURE) for row in (m.rows if like or not named else m.rows[m.tint:])]
        return out

    def borne_out(self, claims: Sequence[Claim], scene: Scene, start: int) -> list[Aim]:
        """Words that are true look at what bears them out, words that are false nowhere. What is behind the things bears out a background.

        A relation is borne out by no place of the picture: its word looks at the names, which have looked where their things are. Whether a background is the one that
        is named is known a layer before its words look there or nowhere, so first they look there in any case.
        """
        things = set(self.cells(scene.items, start))
        behind = [row for row in range(start, self.nowhere(start)) if row not in things]
        out = []
        for c in claims:
            if c.first:
                out += [Aim(row, names, kind) for row in c.rows for names, kind in ((c.first, FIRST), (c.second, SECOND))]
                continue
            cells = self.cells(c.shown, start)
            out += [Aim(row, (cells or behind) if c.true else [self.nowhere(start)], CLAIM) for row in c.rows]
            if c.place:
                out += [Aim(row, behind, PICTURE) for row in c.rows]
        return out

    def boxed(self, ids: Sequence[int], found: Sequence[Mention], things: Sequence[Placed], start: int) -> list[Aim]:
        """Coordinates look at their thing, and at the words that say which one it is."""
        out = []
        for at, thing in zip(runs(ids, (self.prompts.loc_begin,)), things):
            before = [m for m in found if m.row < at]
            told = range(before[-1].row, at) if before else ()
            words = [row for row in told if row < before[-1].row + before[-1].size or ids[row] in self.telling]
            cells = self.cells([thing], start)
            out += [Aim(at + i, where, kind) for i in range(1, 5) for where, kind in ((cells, PICTURE), (words, WORDS))]
        return out

    def captioned(self, ids: Sequence[int], answer: Sequence[int], things: Sequence[Placed], start: int) -> list[Aim]:
        """Names and coordinates of a caption look at their thing."""
        out = []
        for at, thing in zip(runs(answer, (self.prompts.box_open,)), things):
            cells = self.cells([thing], start)
            end = list(answer).index(self.prompts.box_close, at)
            out += [Aim(len(ids) + i, cells, PICTURE) for i in range(at + 1, end + 6)]
        return out

    def repeated(self, ids: Sequence[int], answer: Sequence[int], things: Sequence[Placed]) -> list[Aim]:
        """Names in a plan look at the same words of the caption or instruction, token by token."""
        out = []
        for open_, thing in zip(runs(answer, (self.prompts.box_open,)), things):
            at, size = self.spots(ids, thing.name, thing.color)
            if not at and thing.color:
                at, size = self.spots(ids, thing.name, None)
            # The last token of a name in a box is its closing blank.
            rows = range(open_ + 1, list(answer).index(self.prompts.box_close, open_) - 1)
            skip = max(0, len(rows) - size)
            for k, row in enumerate(rows if at else ()):
                out.append(Aim(len(ids) + row, [a + min(max(0, k - skip), size - 1) for a in at], WORDS))
        return out

    def answered(self, ids: Sequence[int], answer: Sequence[int], scene: Scene, found: Sequence[Mention], claims: Sequence[Claim], start: int) -> list[Aim]:
        """An answer looks at what is asked about, or nowhere, and at the words that ask; yes and no at the words that are wrong."""
        asked = [i for i in scene.items if any(m.name == i.name for m in found)]
        cells = self.cells(asked if found else scene.items, start) or [self.nowhere(start)]
        words = [row for m in found for row in m.rows]
        out = [Aim(len(ids) + i, where, kind) for i in range(len(answer)) for where, kind in ((cells, PICTURE), (words, WORDS))]
        return out + self.faulted(len(ids), claims)

    def judged(self, ids: Sequence[int], answer: Sequence[int], scene: Scene, found: Sequence[Mention], claims: Sequence[Claim], start: int) -> list[Aim]:
        """The verdict looks at the words that are wrong, or at what the caption does not name; words of a complaint look at the caption's."""
        told: dict[int, list[int]] = defaultdict(list)
        for i in range(self.nowhere(start) + 1, len(ids)):
            if ids[i] in self.telling:
                told[ids[i]].append(i)
        out = [Aim(len(ids) + i, told[t], WORDS) for i, t in enumerate(answer) if t in told]
        unnamed = [i for i in scene.items if all(m.name != i.name for m in found)]
        out.append(Aim(len(ids), [i for at in told.values() for i in at], WORDS))
        out.append(Aim(len(ids), self.cells(unnamed or scene.items, start), PICTURE))
        return out + ([] if unnamed and all(c.true for c in claims) else self.faulted(len(ids), claims))

    def faulted(self, row: int, claims: Sequence[Claim]) -> list[Aim]:
        """A verdict's first row looks at the words that are wrong, or at all when none is."""
        wrong = [c for c in claims if not c.true]
        return [Aim(row, [r for c in wrong or claims for r in c.rows], FAULT)]


def stack(aims: Sequence[Sequence[Aim]], rows: int) -> list[Aims]:
    """Aims of a batch's samples, by kind; rows: of the prompt."""
    out = []
    for kind in range(KINDS):
        flat = [(i, a) for i, sample in enumerate(aims) for a in sample if a.kind == kind]
        targets = torch.zeros(len(flat), rows, dtype=torch.bool)
        for t, (_, a) in zip(targets, flat):
            t[a.targets] = True
        out.append(Aims(torch.tensor([i for i, _ in flat], dtype=torch.long), torch.tensor([a.row for _, a in flat], dtype=torch.long), targets))
    return out


def stack_ways(ways: Sequence[Sequence[tuple[int, int]]]) -> Ways | None:
    """Ways of a batch's samples, a random part of them where they are many; None where nothing faces one."""
    flat = torch.tensor([(i, row, word) for i, sample in enumerate(ways) for row, word in sample], dtype=torch.long).view(-1, 3)
    return Ways(*flat[torch.randperm(len(flat))[:MOST_ROWS]].unbind(1)) if len(flat) else None


def chosen(aims: Aims, keep: Tensor) -> Aims:
    """The aims whose rows count (bool [b,rows]), a random part of them where they are many."""
    at = keep[aims.sample, aims.row].nonzero()[:, 0]
    at = at[torch.randperm(len(at))[:MOST_ROWS]]
    return Aims(aims.sample[at], aims.row[at], aims.targets[at])
