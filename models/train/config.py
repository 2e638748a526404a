"""Recipe files: every size, seed and step count lives in recipes/*.json; the code holds none of them."""
from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def load_recipe(name: str) -> dict[str, Any]:
    """Read recipes/NAME.json (or a path to a recipe file). One that says `"like": NAME` tells only what differs, at any depth; null takes a section away."""
    path = Path(name) if name.endswith(".json") else HERE / "recipes" / f"{name}.json"
    recipe = json.loads(path.read_text())
    if "like" not in recipe:
        return recipe
    return merged(load_recipe(recipe.pop("like")), recipe)


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A recipe with changes, section by section."""
    both = base | {k: merged(base[k], v) if isinstance(v, dict) and isinstance(base.get(k), dict) else v for k, v in changes.items()}
    return {k: v for k, v in both.items() if v is not None}


def work_dir(flag: str | None) -> Path:
    """Where checkpoints, pools and logs go: --work, else $LAVIDA_TRAIN_DIR, else ./.train (not tracked)."""
    path = Path(flag or os.environ.get("LAVIDA_TRAIN_DIR", ".train"))
    path.mkdir(parents=True, exist_ok=True)
    return path


def loader_count(recipe: dict[str, Any]) -> int:
    """Processes that make data ahead of a GPU; 0 where the training process makes its own."""
    return sum(recipe["train"].get("loaders", {}).values())


def out_of_time(recipe: dict[str, Any]) -> bool:
    """Whether this piece of a run has used up its time (--seconds)."""
    return time.time() > recipe.get("deadline", math.inf)


def save_atomic(obj: Any, path: Path) -> None:
    """torch.save through a temporary name, so that a killed run never leaves half a checkpoint."""
    import torch

    tmp = path.with_suffix(path.suffix + ".tmp")
    torch.save(obj, tmp)
    tmp.replace(path)
