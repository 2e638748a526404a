"""The model card's two sheets from an evaluation: python -m models.train.card_sheets --eval FILE.parts [--out models/nano]

samples.png shows the first four prompts of each of GenEval's classes, edits.png the first two edits of each kind beside their sources; nothing is picked.
"""
from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from .compose import Composer
from .config import HERE, load_recipe
from .edits import KINDS
from .world import Placed, Scene

SIDE, LINE = 160, 20
CLASSES = ("single_object", "two_object", "counting", "colors", "position", "color_attr")


def sheet(tiles: list[tuple[list[Image.Image], str]], columns: int, out: Path) -> None:
    """Tiles of one or more pictures side by side with a line of text below."""
    wide = len(tiles[0][0]) * SIDE + 2
    image = Image.new("RGB", (columns * wide, -(-len(tiles) // columns) * (SIDE + LINE)), "white")
    draw = ImageDraw.Draw(image)
    for i, (pictures, words) in enumerate(tiles):
        x, y = i % columns * wide, i // columns * (SIDE + LINE)
        for k, picture in enumerate(pictures):
            image.paste(picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS), (x + k * SIDE, y))
        while draw.textlength(words) > wide - 6:
            words = words[:-1]
        draw.text((x + 2, y + SIDE + 3), words, "black")
    image.quantize(255, dither=Image.Dither.NONE).save(out, optimize=True)


def main() -> None:
    """Write OUT/samples.png and OUT/edits.png."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", required=True, help="folder of an evaluation's pictures and cases.jsonl")
    parser.add_argument("--recipe", default="gpu")
    parser.add_argument("--out", default="models/nano")
    args = parser.parse_args()
    folder, out = Path(args.eval), Path(args.out)
    cases = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()[1:]]
    by: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for case in sorted(cases, key=lambda c: c["index"]):
        by[case["task"], case["variant"], case["group"]].append(case)
    samples = [([Image.open(folder / c["picture"])], c["label"].removeprefix("a photo of ")) for tag in CLASSES for c in by["t2i", "base", f"geneval/{tag}"][:4]]
    sheet(samples, 8, out / "samples.png")
    sets = json.loads((HERE / "eval" / "sets.json").read_text())
    composer = Composer(load_recipe(args.recipe)["world"])
    edits = []
    for kind in KINDS:
        for case in by["edit", "edit", kind][:2]:
            scene = sets["scenes"][sets["edit"][case["index"]]["scene"]]
            source = Scene(scene["background"], tuple(Placed(i["name"], i["color"], i["size"], i["x"], i["y"]) for i in scene["items"]))
            edits.append(([Image.fromarray(composer.draw(source)), Image.open(folder / case["picture"])], f"{'+' if case['correct'] else '-'} {case['label']}"))
    sheet(edits, 4, out / "edits.png")


if __name__ == "__main__":
    main()
