"""What a bundle says that it has learnt to read, so that the studio can tell when it is asked for something else."""
from __future__ import annotations

import re
from typing import Any

from .language import NUMBERS, RELATIONS, SPOKEN
from .tokenizer import sentences
from .world import FACING, OTHER_WAY, OVERLAP, SIZED

# Drawn scenes of each world whose texts are read: every word of the grammar comes up many times.
SCENES = 3000


def known_words(recipe: dict[str, Any]) -> dict[str, Any]:
    """Phrases of the world by kind, to choose from, every other word that stands in what training says, and those that are only read of pictures.

    The recipe's `mix.paints_ways` tells whether pictures were trained, too, to show which way things face.
    """
    world, pool = recipe["world"], recipe["pool"]
    read = recipe["tokenizer"] | {"scenes": SCENES}

    def said(told: dict[str, Any]) -> set[str]:
        return words(" ".join(sentences(recipe | {"world": world | told, "tokenizer": read})))

    painted_ways = FACING in pool and recipe["mix"].get("paints_ways")
    groups = {
        "objects": world["objects"], "colors": world["colors"], "numbers": [NUMBERS[n] for n in (1, 2, 3, 4)],
        "sizes": list(pool[SIZED]["world"]["size_words"]) if SIZED in pool else [],
        "relations": [r for r in RELATIONS if OVERLAP in pool or r not in ("in front of", "behind")],
        "ways": [f"facing {way}" for way in OTHER_WAY] if painted_ways else [],
        "places": [phrases[0] for phrases in SPOKEN.values()],
    }
    told = words(" ".join(phrase for group in groups.values() for phrase in group))
    painted = said({}).union(*(said(pool[kind]["world"]) for kind in (SIZED, OVERLAP) if kind in pool))
    ways = said(pool[FACING]["world"]) if FACING in pool else set()
    if painted_ways:
        painted |= ways
    return {"groups": groups, "words": sorted(painted - told), "seen": sorted(ways - painted - told)}


def words(text: str) -> set[str]:
    """Words of a text, in lower case; what is no word of a language (numbers, LOC tokens) is none."""
    return set(re.findall(r"[^\W\d_]+", re.sub(r"<[^>]*>", " ", text.lower())))
