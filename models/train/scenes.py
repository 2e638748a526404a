"""Scenes drawn ahead by other processes, so that a GPU does not wait for Python."""
from __future__ import annotations

import multiprocessing as mp
from typing import Any, Callable, Iterator

from .world import Scene, World


Describe = Callable[[World, Scene], Any] | None


def _drawn(spec: dict[str, Any], seed: int, count: int, describe: Describe) -> Iterator[tuple[list[Scene], list[Any]]]:
    world = World(spec, seed)
    while True:
        scenes = [world.sample() for _ in range(count)]
        yield scenes, [describe(world, s) for s in scenes] if describe else []


def _fill(queue: Any, *drawn: Any) -> None:
    for batch in _drawn(*drawn):
        queue.put(batch)


def scene_batches(spec: dict[str, Any], seed: int, count: int, processes: int, describe: Describe = None) -> Iterator[tuple[list[Scene], list[Any]]]:
    """Endless batches of training scenes and of what `describe` says of each; made here if processes is 0."""
    if not processes:
        yield from _drawn(spec, seed, count, describe)
    context = mp.get_context("spawn")
    queue = context.Queue(4 * processes)
    workers = [context.Process(target=_fill, args=(queue, spec, seed + 10_000 * n, count, describe), daemon=True) for n in range(1, processes + 1)]
    for worker in workers:
        worker.start()
    try:
        while True:
            yield queue.get()
    finally:
        for worker in workers:
            worker.terminate()
