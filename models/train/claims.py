"""What a text says of a picture, word by word: which things it names, how many, in which colour, how they stand and before what."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Iterable, Sequence

from .language import NUMBERS, RELATIONS, phrase, plural, relation
from .prompts import Prompts
from .world import BACKGROUNDS, OTHER_WAY, SIZE_WORDS, Placed, Scene

# Words of relations and what they mean; "to the left of" is told by its "left", "in front of" by its "front".
STANDING = {word: meaning for meaning in RELATIONS for word in ({form.removeprefix("to the ").removeprefix("in ").split()[0] for form in RELATIONS[meaning]})}


@dataclass
class Mention:
    """A thing named in a text: its first row, how many rows its colour and its name take, and the row of the number before it (and its size) or -1."""

    row: int
    tint: int
    size: int
    name: str
    color: str | None
    number: int = -1
    count: int = 0
    # Row of the word for its size, or -1, and the size.
    scale: int = -1
    told: str | None = None

    @property
    def rows(self) -> list[int]:
        """All rows of the phrase, the number not among them."""
        return list(range(self.row, self.row + self.size))


@dataclass
class Claim:
    """Rows that say one thing of a picture, and the sprites that bear it out; none when it is false. Of a relation also the rows that name the two things.

    place: whether it speaks of the background.
    """

    rows: list[int]
    shown: list[Placed] = field(default_factory=list)
    true: bool = False
    first: list[int] = field(default_factory=list)
    second: list[int] = field(default_factory=list)
    place: bool = False


def written(prompts: Prompts, name: str, color: str | None) -> list[tuple[int, ...]]:
    """Ids of all ways to write a thing: in one number or the other, after a word, at the start of a text, at the start of a sentence; the longest first."""
    said = dict.fromkeys((phrase(name, color), phrase(plural(name), color)))
    found = dict.fromkeys(tuple(prompts.encode(form)) for s in said for form in (f" {s}", s, s[0].upper() + s[1:]))
    return sorted(found, key=len, reverse=True)


class Reader:
    """Reads ids for what they say. Built once for a tokenizer and a world."""

    def __init__(self, prompts: Prompts, names: Iterable[str], colors: Iterable[str], usual: int) -> None:
        """usual: the side of a sprite of whose size nothing is said."""
        encode, self.usual = prompts.encode, usual
        # A tokenizer that was not given these words writes them in pieces, whose first is the first of other words too.
        self.scales = {ids[0]: size for size, words in SIZE_WORDS.items() for word in words if len(ids := encode(f" {word}")) == 1}
        self.colors = {encode(f" {c}")[0]: c for c in colors}
        self.numbers = {encode(f" {word}")[0]: n for n, word in NUMBERS.items() if n} | {encode(f" {a}")[0]: 1 for a in ("a", "an")}
        self.articles = {encode(f" {a}")[0] for a in ("a", "an")}
        self.standing = {ids[0]: meaning for word, meaning in STANDING.items() if len(ids := encode(f" {word}")) == 1}
        # As one token they stand where colours stand, and are read like those.
        self.ways = {ids[0]: way for way in OTHER_WAY if len(ids := encode(f" facing {way}")) == 1}
        self.places = {tuple(encode(f" {spoken}")): key for spoken, key in BACKGROUNDS.items()}
        self.forms: dict[int, list[tuple[tuple[int, ...], int, str, str | None]]] = defaultdict(list)
        for name in names:
            for color in (None, *self.colors.values()):
                for ids in written(prompts, name, color):
                    self.forms[ids[0]].append((ids, 1 if color else 0, name, color))
        for forms in self.forms.values():
            forms.sort(key=lambda f: -len(f[0]))

    def mentions(self, ids: Sequence[int], start: int) -> list[Mention]:
        """The things named in ids from `start` on, in their order. A colour told of a thing ("is the car orange") is not a thing."""
        out: list[Mention] = []
        row = start
        while row < len(ids):
            form = next((f for f in self.forms.get(ids[row], ()) if tuple(ids[row:row + len(f[0])]) == f[0]), None)
            told_of = out and out[-1].row + out[-1].size == row
            if form is None or (told_of and form[3] is None and ids[row] in self.colors):
                row += 1
                continue
            told = self.scales.get(ids[row - 1]) if row > start else None
            at = row - 2 if told else row - 1
            before = ids[at] if at >= start else -1
            counted = before in self.numbers
            out.append(Mention(row, form[1], len(form[0]), form[2], form[3], at if counted else -1, self.numbers.get(before, 0), row - 1 if told else -1, told))
            row += len(form[0])
        return out

    def claims(self, ids: Sequence[int], start: int, scene: Scene, counting: bool) -> list[Claim]:
        """All that ids say of a scene from `start` on. `counting`: "a dog" says that there is one dog and no more."""
        out: list[Claim] = []
        found = self.mentions(ids, start)
        for m in found:
            named = [i for i in scene.items if i.name == m.name]
            like = [i for i in named if m.color in (None, i.color)]
            out.append(Claim(m.rows[m.tint:], named, bool(named)))
            if m.tint:
                out.append(Claim(m.rows[: m.tint], like, bool(like)))
            if m.number >= 0 and (counting or ids[m.number] not in self.articles):
                exact = [i for i in named if i.color == m.color]
                right = m.count in (len(exact), len(named) if m.color is None else -1)
                out.append(Claim([m.number], like, right))
            if m.told:
                sized = [i for i in like if i.told_size(self.usual) == m.told]
                out.append(Claim([m.scale], sized, bool(sized)))
            after = m.row + m.size
            if after < len(ids) and ids[after] in self.colors and not any(o.row == after for o in found):
                told = [i for i in named if i.color == self.colors[ids[after]]]
                out.append(Claim([after], told, bool(told)))
            if after < len(ids) and ids[after] in self.ways:
                turned = [i for i in like if i.way == self.ways[ids[after]]]
                out.append(Claim([after], turned or like, bool(turned)))
        for a, b in zip(found, found[1:]):
            both = [[i for i in scene.items if i.name == m.name and m.color in (None, i.color)] for m in (a, b)]
            for row in range(a.row + a.size, b.row):
                if ids[row] in self.standing and all(len(like) == 1 for like in both):
                    right = self.standing[ids[row]] in relation(both[0][0], both[1][0])
                    out.append(Claim([row], [both[0][0], both[1][0]], right, a.rows, b.rows))
        for form, key in self.places.items():
            for row in range(start, len(ids) - len(form) + 1):
                if ids[row] == form[0] and tuple(ids[row:row + len(form)]) == form:
                    out.append(Claim(list(range(row, row + len(form))), [], key == scene.background, place=True))
        return [c for c in out if c.rows]
