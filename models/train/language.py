"""Words for scenes: captions, questions, edit instructions, critique. What is said is always true of the scene given."""
from __future__ import annotations

import random
from typing import Any

from .world import BACKGROUNDS, OTHER_WAY, SIZE_WORDS, Placed, Scene

PLURALS = {"bus": "buses", "sports ball": "sports balls", "teddy bear": "teddy bears", "couch": "couches", "broccoli": "broccolis",
           "sheep": "sheep", "sandwich": "sandwiches", "toothbrush": "toothbrushes", "knife": "knives", "wine glass": "wine glasses",
           "person": "people", "computer mouse": "computer mice", "skis": "skis", "scissors": "scissors"}
NUMBERS = {0: "no", 1: "one", 2: "two", 3: "three", 4: "four"}
PREFIXES = ["a photo of ", "a photo of ", "a photo of ", "a photo of ", "a picture of ", "an image of ", "a drawing of ", "", "", ""]
RELATIONS = {
    "left of": ["left of", "left of", "to the left of"], "right of": ["right of", "right of", "to the right of"],
    "above": ["above", "above", "over"], "below": ["below", "below", "under"], "in front of": ["in front of"], "behind": ["behind"],
}
OPPOSITE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above", "in front of": "behind", "behind": "in front of"}
# What questions call the place of a thing that stands so: "What is in front?"
SIDES = {"left of": "on the left", "right of": "on the right", "above": "at the top", "below": "at the bottom", "in front of": "in front", "behind": "behind"}
SPOKEN = {key: [p for p, k in BACKGROUNDS.items() if k == key] for key in dict.fromkeys(BACKGROUNDS.values())}
# Answers to "What is the background?"
PLACES = {"white": "a white background", "gray": "a gray background", "skyblue": "a blue background", "cream": "a yellow background",
          "rose": "a pink background", "black": "a black background", "grass": "grass", "beach": "a beach", "snow": "snow",
          "night": "the night", "room": "a room"}


def article(words: str) -> str:
    """Put 'a' or 'an' before a noun phrase."""
    return ("an " if words[0] in "aeiou" else "a ") + words


def plural(name: str) -> str:
    """Plural of an object name."""
    return PLURALS.get(name, name + "s")


def phrase(name: str, color: str | None) -> str:
    """'red car' or 'car'."""
    return f"{color} {name}" if color else name


def counted(name: str, color: str | None, n: int, size: str = "") -> str:
    """'a red car', 'two small red cars'."""
    said = f"{size} " if size else ""
    return article(said + phrase(name, color)) if n == 1 else f"{NUMBERS[n]} {said}{color + ' ' if color else ''}{plural(name)}"


def headed(words: str, way: str | None) -> str:
    """'a horse facing left', or the words alone where no way is said."""
    return f"{words} facing {way}" if way else words


def apart(a: Placed, said: str) -> str:
    """A relation's words after what is said of a: "facing right left of" would be read twice."""
    return f"to the {said}" if a.told_way and said in ("left of", "right of") else said


def relation(a: Placed, b: Placed) -> list[str]:
    """How a stands to b: one or two keys of RELATIONS. Of things that overlap it is said which is in front, not on which side."""
    if a.covers(b):
        return ["in front of"]
    if b.covers(a):
        return ["behind"]
    dx, dy = a.x + a.size / 2 - b.x - b.size / 2, a.y + a.size / 2 - b.y - b.size / 2
    out = []
    if abs(dx) >= abs(dy) / 2 and dx:
        out.append("left of" if dx < 0 else "right of")
    if abs(dy) >= abs(dx) / 2 and dy:
        out.append("above" if dy < 0 else "below")
    return out


def area(item: Placed, full: int) -> str:
    """Which ninth of the picture the middle of a sprite lies in."""
    def third(v: float) -> int:
        return 0 if v < full * 0.44 else 2 if v > full * 0.56 else 1
    column, row = third(item.x + item.size / 2), third(item.y + item.size / 2)
    if row == 1:
        return ["on the left", "in the middle", "on the right"][column]
    return f"{['at the', '', 'at the'][row] if column == 1 else 'in the'} {['top', '', 'bottom'][row]}{[' left', '', ' right'][column]}"


def describe(scene: Scene, rng: random.Random, plain: bool = False, related: bool | None = None) -> str:
    """A caption; `plain` takes GenEval's wording, `related` forces a relation to be said (or not) where two things allow it."""
    groups = scene.groups()
    start = "a photo of " if plain else rng.choice(PREFIXES)
    where = scene.spoken
    if not groups:
        what, empty = PLACES[scene.background], {"beach": "an empty beach", "room": "an empty room"}.get(scene.background, "an empty background")
        return f"{start}{rng.choice([what, empty + ' ' + where if where and where not in empty else what])}".strip()
    sizes = {(i.name, i.color): (i.word if plain else rng.choice(SIZE_WORDS[i.word])) for i in scene.items if i.word}
    ways = {(i.name, i.color): i.told_way for i in scene.items}
    parts = [headed(counted(n, c, k, sizes.get((n, c), "")), ways[n, c]) for (n, c), k in groups.items()]
    if len(parts) == 2 and len(scene.items) == 2:
        a, b = sorted(scene.items, key=lambda i: (i.x, i.y))
        say = (rng.random() < 0.6) if related is None else related
        say = say or a.covers(b) or b.covers(a)
        if say:
            if rng.random() < 0.5:
                a, b = b, a
            word = rng.choice(relation(a, b))
            first, second = (headed(counted(i.name, i.color, 1, sizes.get((i.name, i.color), "")), i.told_way) for i in (a, b))
            said = apart(a, word if plain else rng.choice(RELATIONS[word]))
            what = f"{first} {said} {second}"
        else:
            what = " and ".join(parts)
    else:
        what = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    text = f"{start}{what}{' ' + where if where else ''}"
    if not plain:
        if rng.random() < 0.05:
            text = text[0].upper() + text[1:]
        if rng.random() < 0.05:
            text += "."
    return text


def referring(scene: Scene, item: Placed, full: int, rng: random.Random) -> str | None:
    """A phrase that fits this sprite alone, or None when none of ours does."""
    same_name = [i for i in scene.items if i.name == item.name]
    same = [i for i in same_name if i.color == item.color]
    options = []
    if len(same_name) == 1:
        options.append(f"the {item.name}")
    if len(same) == 1 and item.word:
        options.append(f"the {rng.choice(SIZE_WORDS[item.word])} {phrase(item.name, item.color)}")
    if len(same) == 1 and item.color:
        options += [f"the {phrase(item.name, item.color)}"] * 2
    places = [i for i in same_name if area(i, full) == area(item, full)]
    if len(places) == 1:
        options.append(f"the {item.name} {area(item, full)}")
    if item.told_way and sum(i.way == item.way for i in same_name) == 1:
        options += [headed(f"the {item.name}", item.told_way)] * 2
    return rng.choice(options) if options else None


def relation_question(scene: Scene, rng: random.Random, depth: float = 0) -> tuple[str, str] | None:
    """Whether one of two different things stands so to the other, and yes or no; None for other scenes. depth: how often it is asked of things beside each other which is in front."""
    if len(scene.items) != 2 or scene.items[0].name == scene.items[1].name:
        return None
    a, b = scene.items if rng.random() < 0.5 else scene.items[::-1]
    true = relation(a, b)
    word = rng.choice(true) if rng.random() < 0.5 else rng.choice([OPPOSITE[w] for w in true])
    if depth and rng.random() < depth:
        # Of things that overlap sides are not asked: they may be beside each other, too.
        word = rng.choice(["in front of", "behind"])
    return f"Is the {a.name} {word} the {b.name}?", "yes" if word in true else "no"


def facing_question(scene: Scene, rng: random.Random) -> tuple[str, str] | None:
    """Which way something faces, or whether it faces this one; None where nothing does, or things of a name do not agree."""
    ways = {i.name: {j.way for j in scene.items if j.name == i.name} for i in scene.items}
    clear = [(name, way) for name, found in ways.items() if len(found) == 1 for way in found if way]
    if not clear:
        return None
    name, way = rng.choice(clear)
    verb, noun = ("Is", name) if sum(i.name == name for i in scene.items) == 1 else ("Are", plural(name))
    if rng.random() < 0.5:
        return f"Which way {verb.lower()} the {noun} facing?", f"to the {way}"
    asked = way if rng.random() < 0.5 else OTHER_WAY[way]
    return f"{verb} the {noun} facing {asked}?", "yes" if asked == way else "no"


def question(scene: Scene, world: Any, rng: random.Random, kind: str, depth: float = 0) -> tuple[str, str] | None:
    """A question of a kind (what, color, count, where, yesno, relation, facing, background) and its answer. Relations are among those of yesno, too. depth: see relation_question."""
    items, full = scene.items, world.full
    names = [i.name for i in items]
    if kind == "relation":
        return relation_question(scene, rng, depth)
    if kind == "facing":
        return facing_question(scene, rng)
    if kind == "background":
        return rng.choice(["What is the background?", "What is in the background?"]), PLACES[scene.background]
    if kind == "what":
        parts = [counted(n, c, k) for (n, c), k in scene.groups().items()]
        if len(items) == 2 and len(parts) == 2 and rng.random() < 0.5:
            a, b = items
            word = rng.choice(relation(a, b))
            return f"What is {SIDES[word]}?", counted(a.name, a.color, 1)
        if not parts:
            return "What is in the image?", "nothing"
        return (rng.choice(["What is in the image?", "What is in the picture?", "What do you see?"]),
                parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1])
    if kind == "color":
        tinted = [i for i in items if i.color and len({j.color for j in items if j.name == i.name}) == 1]
        if not tinted:
            return None
        item = rng.choice(tinted)
        noun = item.name if names.count(item.name) == 1 else plural(item.name)
        return f"What color {'is' if noun == item.name else 'are'} the {noun}?", item.color
    if kind == "count":
        name = rng.choice(names) if names and rng.random() < 0.8 else rng.choice(world.objects)
        return f"How many {plural(name)} are there?", NUMBERS[names.count(name)] if names.count(name) else "none"
    if kind == "where":
        single = [i for i in items if names.count(i.name) == 1]
        if not single:
            return None
        item = rng.choice(single)
        return f"Where is the {item.name}?", area(item, full)
    if not items:
        name = rng.choice(world.objects)
        return f"Is there {article(name)}?", "no"
    item = rng.choice(items)
    ask = rng.random()
    if ask < 0.4:
        name = item.name if rng.random() < 0.5 else rng.choice(world.objects)
        return f"Is there {article(name)}?", "yes" if name in names else "no"
    if ask < 0.7 and item.color and names.count(item.name) == 1:
        color = item.color if rng.random() < 0.5 else rng.choice(world.colors)
        return f"Is the {item.name} {color}?", "yes" if color == item.color else "no"
    related = relation_question(scene, rng, depth)
    if related:
        return related
    n = names.count(item.name)
    other = n if rng.random() < 0.5 else rng.choice([k for k in (2, 3, 4) if k != n])
    if other == 1:
        return f"Is there {article(item.name)}?", "yes"
    return f"Are there {NUMBERS[other]} {plural(item.name)}?", "yes" if other == n else "no"


QUESTIONS = {"what": 3, "color": 2, "count": 3, "where": 2, "yesno": 3, "background": 1}


def asked_of(spec: dict[str, Any]) -> list[str]:
    """Kinds of questions that are asked of a world."""
    return [*QUESTIONS, *(["facing"] if "facing_share" in spec else [])]


def complaint(wanted: Scene, found: Scene, related: tuple[str, str, str] | None = None) -> str | None:
    """What is wrong with a picture of `found` for a caption of `wanted` (PIPELINE section 4), or None when nothing is.

    related: (name, relation, name) when the caption says one.
    """
    def tally(scene: Scene) -> dict[str, dict[str | None, int]]:
        out: dict[str, dict[str | None, int]] = {}
        for (name, color), n in scene.groups().items():
            out.setdefault(name, {})[color] = n
        return out

    start = "There should be "
    want, have = tally(wanted), tally(found)
    for name, colors in want.items():
        n, m = sum(colors.values()), sum(have.get(name, {}).values())
        if n != m:
            exists = "exists" if m < 2 else "exist"
            return f"{start}{counted(name, None, n)}, but {'none' if m == 0 else ('only ' if m < n else '') + NUMBERS[m]} {exists} in image."
        for color, k in colors.items():
            if color and have[name].get(color, 0) < k:
                other = next(c for c, m in have[name].items() if m > colors.get(c, 0))
                return f"{start}{counted(name, color, k)}, but {'it is' if k == 1 else 'they are'} {other or 'not'} in image."
    for item in (i for i in wanted.items if i.word):
        like = [i for i in found.items if i.name == item.name and item.color in (None, i.color)]
        wrong = [i for i in like if i.size != item.size]
        k = want[item.name][item.color]
        if wrong and len(like) - len(wrong) < k:
            return f"{start}{counted(item.name, None, k, item.word)}, but {'it is' if k == 1 else 'they are'} {wrong[0].word or 'not'} in image."
    for item in (i for i in wanted.items if i.told_way):
        like = [i for i in found.items if i.name == item.name and item.color in (None, i.color)]
        wrong = [i for i in like if i.way != item.way]
        k = want[item.name][item.color]
        if wrong and len(like) - len(wrong) < k:
            return (f"{start}{headed(counted(item.name, None, k), item.told_way)}, but {'it is' if k == 1 else 'they are'} "
                    f"{headed('', wrong[0].way).strip() or 'not'} in image.")
    for name, colors in have.items():
        if name not in want:
            return f"{start}no {name}, but {NUMBERS[sum(colors.values())]} exists in image."
    if related:
        a, b = (next(i for i in found.items if i.name == name) for name in (related[0], related[2]))
        if related[1] not in relation(a, b):
            return f"{start}{article(a.name)} {related[1]} {article(b.name)}, but it is {relation(a, b)[0]} it in image."
    if wanted.spoken and wanted.background != found.background:
        return f"{start}{PLACES[wanted.background]}, but it is {PLACES[found.background]} in image."
    return None


def critique(reply: str | None) -> str:
    """The critic's words for a complaint, or for none."""
    return "This image is correct." if reply is None else f"This image is incorrect. {reply}"


def luminance_text(luminance: float, contrast: float) -> str:
    """Micro-conditions as text (PIPELINE section 2.2)."""
    return f"LUMINANCE : {luminance:.3f}; CONTRAST : {contrast:.3f};"
