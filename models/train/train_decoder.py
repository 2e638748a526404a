"""Longer training of the VQ decoder alone, on the pool's stored codes and its redrawn scenes; encoder and codebook stay as they are."""
from __future__ import annotations

import pickle
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.multiprocessing as mp

from .compose_torch import make_composer
from .config import save_atomic
from .export import grid_side
from .optim import Muon
from .train_vq import image_loss, psnr
from .vq import VQModel
from .workers import average, join_workers
from .world import World


def train_decoder(recipe: dict[str, Any], work: Path) -> None:
    """Train on train.workers processes; rewrites WORK/vq.pt."""
    if torch.load(work / "vq.pt", weights_only=False)["state"].get("decoder_done"):
        return
    if recipe["train"]["workers"] == 1:
        decoder_worker(0, recipe, work)
    else:
        mp.spawn(decoder_worker, (recipe, work), nprocs=recipe["train"]["workers"])


def decoder_worker(rank: int, recipe: dict[str, Any], work: Path) -> None:
    """One worker; rank 0 keeps the result only if held-out PSNR rose."""
    cfg, path, workers = recipe["decoder"], work / "vq.pt", recipe["train"]["workers"]
    join_workers(recipe["train"], work, rank, "decoder")
    device = recipe["train"]["device"]
    saved = torch.load(path, weights_only=False, map_location=device)
    model = VQModel(recipe["vq"]).to(device)
    model.load_state_dict(saved["model"])
    unseen = World(recipe["world"], 999)
    composer, side = make_composer(recipe["world"], device), grid_side(recipe)
    held = composer.pictures([unseen.sample_held_out() for _ in range(32)] + [unseen.sample() for _ in range(96)])
    before = psnr(model, held)[0]
    for p in model.parameters():
        p.requires_grad_(False)
    parts = [model.post_quant_conv, model.decoder]
    trainable = [p.requires_grad_(True) for m in parts for p in m.parameters()]
    matrices = [p for n, p in model.decoder.named_parameters() if p.ndim == 4 and n not in ("conv_in.weight", "conv_out.weight")]
    chosen = {id(p) for p in matrices}
    opts = [Muon(matrices, cfg["muon_lr"], 0.9), torch.optim.AdamW([p for p in trainable if id(p) not in chosen], lr=cfg["lr"], betas=(0.9, 0.98))]
    peaks = [cfg["muon_lr"], cfg["lr"]]
    files, rng = sorted(work.glob("pool-???.npz")), np.random.default_rng(rank)
    start, step, progress, count = time.time(), 0, 0.0, cfg["batch"] // workers
    while progress < 1:
        chunk = files[int(rng.integers(len(files)))]
        codes = np.load(chunk)["codes"]
        scenes = [s for e in pickle.loads(chunk.with_suffix(".pkl").read_bytes()) for s in (e.source, e.target)]
        for rows in rng.permutation(len(scenes))[: len(scenes) // count * count].reshape(-1, count)[:50]:
            x = composer.pictures([scenes[i] for i in rows])
            ids = torch.from_numpy(codes[rows].astype(np.int64)).to(device)
            with torch.autocast(device, torch.bfloat16):
                out = model.decode_ids(ids, side, side)
            loss = image_loss(out.float(), x, recipe["vq"]["gradient_loss"])
            for opt in opts:
                opt.zero_grad(set_to_none=True)
            loss.backward()
            progress = average(trainable, (time.time() - start) / cfg["max_seconds"], workers)
            torch.nn.utils.clip_grad_norm_(trainable, 1.0)
            for opt, peak in zip(opts, peaks):
                for group in opt.param_groups:
                    group["lr"] = peak * min(1.0, (step + 1) / 20) * max(0.0, min(1.0, (1 - progress) / 0.7))
                opt.step()
            step += 1
            if rank == 0 and step % 50 == 0:
                print(f"decoder step {step} loss {loss.item():.4f} progress {progress:.2f}", flush=True)
            if progress >= 1:
                break
    if rank == 0:
        after = psnr(model, held)[0]
        print(f"decoder: {before:.2f} -> {after:.2f} dB", flush=True)
        if after > before:
            state = saved["state"] | {"decoder_done": True, "psnr": after, "psnr_before": before, "decoder_images": step * cfg["batch"]}
            save_atomic(saved | {"model": model.state_dict(), "state": state}, path)
