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

from .edits import KINDS

SIDE, LINE = 160, 20
CLASSES = ("single_object", "two_object", "counting", "colors", "position", "color_attr")


def sheet(tiles: list[tuple[Image.Image, str]], columns: int, out: Path) -> None:
    """Tiles of equal form, SIDE high, each with a line of text below."""
    first = tiles[0][0]
    size = first.width * SIDE // first.height, SIDE
    wide = size[0] + 2
    image = Image.new("RGB", (columns * wide, -(-len(tiles) // columns) * (SIDE + LINE)), "white")
    draw = ImageDraw.Draw(image)
    for i, (picture, words) in enumerate(tiles):
        x, y = i % columns * wide, i // columns * (SIDE + LINE)
        image.paste(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), (x, y))
        while draw.textlength(words) > wide - 6:
            words = words[:-1]
        draw.text((x + 2, y + SIDE + 3), words, "black")
    image.save(out, optimize=True)


def main() -> None:
    """Write OUT/samples.png and OUT/edits.png."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", required=True, help="folder of an evaluation's pictures and cases.jsonl")
    parser.add_argument("--out", default="models/nano")
    args = parser.parse_args()
    folder, out = Path(args.eval), Path(args.out)
    cases = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()[1:]]
    by: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for case in sorted(cases, key=lambda c: c["index"]):
        by[case["task"], case["variant"], case["group"]].append(case)
    samples = [(Image.open(folder / c["picture"]), c["label"].removeprefix("a photo of ")) for tag in CLASSES for c in by["t2i", "base", f"geneval/{tag}"][:4]]
    sheet(samples, 8, out / "samples.png")
    # An evaluation keeps an edit's source and result in one picture.
    edits = [(Image.open(folder / c["picture"]), f"{'+' if c['correct'] else '-'} {c['label']}") for kind in KINDS for c in by["edit", "edit", kind][:2]]
    sheet(edits, 4, out / "edits.png")


if __name__ == "__main__":
    main()
