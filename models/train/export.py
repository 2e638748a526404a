"""Writes the bundle: config.json, model.safetensors (F16, official names), vqvae/config.json, tokenizer files; and check files."""
from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from .known import known_words
from .mot import ElasticMoT
from .prompts import CANVAS, SRC, Prompts
from .tokenizer import tokenizer_config, train_tokenizer
from .tower import Tower, vision_config
from .train_tower import load_tower
from .train_vq import load_vq
from .vq import VQModel


def grid_side(recipe: dict[str, Any]) -> int:
    """Codes per image side."""
    return recipe["world"]["image_size"] // 2 ** (len(recipe["vq"]["block_out_channels"]) - 1)


def picture_tokens(recipe: dict[str, Any]) -> int:
    """Rows of one picture: the pooled tokens of a view and the newline row."""
    side = recipe["tower"]["image_size"] // recipe["tower"]["patch_size"] // 2
    return side * side + 1


def build_model(recipe: dict[str, Any], work: Path) -> tuple[ElasticMoT, Prompts]:
    """A fresh transformer and its prompts."""
    if not (work / "tokenizer.json").exists():
        train_tokenizer(recipe, work)
    prompts = Prompts(work / "tokenizer.json", (grid_side(recipe) // 2) ** 2, picture_tokens(recipe))
    torch.manual_seed(recipe["train"]["seed"])
    model = ElasticMoT(recipe["model"], prompts.tok.get_vocab_size(), recipe["vq"]["num_vq_embeddings"], prompts.mask, recipe["tower"]["out_channels"])
    return model, prompts


def load_trained(recipe: dict[str, Any], work: Path) -> tuple[ElasticMoT, VQModel, Prompts, dict[str, Any]]:
    """EMA weights and prompts as shipped: rounded to F16, computed in fp32. Falls back to random weights."""
    model, prompts = build_model(recipe, work)
    state: dict[str, Any] = {}
    if (work / "mot.pt").exists():
        saved = torch.load(work / "mot.pt", weights_only=False, map_location="cpu")
        model.load_state_dict(saved["ema"])
        state = saved["state"]
    model.load_state_dict({k: v.half().float() for k, v in model.state_dict().items()})
    vq = load_vq(recipe, work)
    return model.eval().requires_grad_(False), vq, prompts, state


def model_config(recipe: dict[str, Any], prompts: Prompts) -> dict[str, Any]:
    """config.json with the official keys (MODEL section 0) and the studio's own block."""
    m, b, tok = recipe["model"], recipe["bundle"], prompts.tok
    vocab, eos = tok.get_vocab_size(), tok.token_to_id("<|endoftext|>")
    # How a layout's boxes are told in training (compose.py): other coordinates the model has never met.
    said = {"grid": recipe.get("box_steps", 32), "sorted": True}
    return {
        "architectures": ["LlavaLladaForMaskedDiffusion"], "model_type": "llava_llada",
        "d_model": m["d_model"], "d_model_gen": m["d_model_gen"], "n_layers": m["n_layers"], "n_heads": m["n_heads"], "n_kv_heads": m["n_heads"],
        "mlp_hidden_size": m["mlp_hidden_size"], "mlp_hidden_size_gen": m["mlp_hidden_size_gen"], "activation_type": "silu", "block_type": "llama",
        "layer_norm_type": "rms", "rms_norm_eps": 1e-5, "rope": True, "rope_theta": m["rope_theta"], "rope_full_precision": True,
        "include_bias": False, "include_qkv_bias": False, "bias_for_layer_norm": False, "attention_layer_norm": False, "input_emb_norm": False,
        "scale_logits": False, "alibi": False, "attention_dropout": 0.0, "residual_dropout": 0.0, "embedding_dropout": 0.0,
        "weight_tying": False, "tie_word_embeddings": False, "vocab_size": vocab, "embedding_size": vocab, "mask_token_id": prompts.mask,
        "eos_token_id": eos, "pad_token_id": eos, "bos_token_id": tok.token_to_id("<|startoftext|>"),
        "dual_tower": True, "dual_tower_layers": m["dual_tower_layers"], "downsample": True, "gen_mlp_type": "dit2", "enc_use_image_branch": True,
        "max_sequence_length": m["max_sequence_length"], "tokenizer_model_max_length": m["max_sequence_length"], "tokenizer_padding_side": "right",
        **vision_config(recipe["tower"]), "torch_dtype": "float16",
        "lavida_studio": {"name": b["name"], "version": b["version"], "image_size": recipe["world"]["image_size"], "max_caption_chars": 800, "tasks": b["tasks"], "examples": b["examples"],
                          "knows": known_words(recipe), "defaults": {k: b[k] for k in ("t2i", "edit", "plan", "reflect") if k in b} | ({"plan": b["plan"] | said} if "plan" in b else {})},
    }


def vq_config(cfg: dict[str, Any]) -> dict[str, Any]:
    """vqvae/config.json with diffusers' keys."""
    n = len(cfg["block_out_channels"])
    return {"_class_name": "VQModel", "in_channels": 3, "out_channels": 3, "down_block_types": ["DownEncoderBlock2D"] * n,
            "up_block_types": ["UpDecoderBlock2D"] * n, "block_out_channels": cfg["block_out_channels"], "layers_per_block": cfg["layers_per_block"],
            "act_fn": "silu", "latent_channels": cfg["latent_channels"], "sample_size": 32, "num_vq_embeddings": cfg["num_vq_embeddings"],
            "norm_num_groups": cfg["norm_num_groups"], "vq_embed_dim": cfg["latent_channels"], "scaling_factor": 0.18215, "norm_type": "group",
            "mid_block_add_attention": False, "lookup_from_codebook": True, "force_upcast": False}


# Code positions whose logits are kept in the check files.
KEPT = 24


def forced(ids: list[int]) -> Tensor:
    """One row of ids."""
    return torch.tensor([ids])


def check_files(recipe: dict[str, Any], model: ElasticMoT, vq: VQModel, tower: Tower, prompts: Prompts, out: Path) -> None:
    """check.safetensors/json: one request of each kind with its ids and fp32 results, to hold an engine against."""
    side = grid_side(recipe)
    gen = torch.Generator().manual_seed(7)
    codes = torch.randint(0, model.codes, (1, side, side), generator=gen)
    partly = torch.where(torch.rand(1, side, side, generator=gen) < 0.6, model.image_mask, codes)
    picture = vq.decode_ids(codes.flatten(1), side, side)
    view = (torch.rand(1, 3, recipe["tower"]["image_size"], recipe["tower"]["image_size"], generator=gen) * 255).int()
    seen = tower(view.float() / 255)[:, None]
    boxes = [("red car", (0, 64, 512, 512)), ("dog", (512, 64, 1024, 512))]
    rows = {"paint": prompts.paint("a photo of a red car"), "plan": prompts.paint("a red car and a dog", "", prompts.plan(boxes)),
            "edit": prompts.edit("Make the car blue."), "dense": prompts.dense(boxes), "expression": prompts.expression("the dog", (0, 0, 0, 0)),
            "ask": prompts.ask("How many dogs are there?"), "critic": prompts.critic("a photo of a red car"), "caption": prompts.caption(),
            "paint_planner": prompts.paint_planner("a photo of a red car"), "edit_planner": prompts.edit_planner("Make the car blue."),
            "history": prompts.paint("a dog", "", [], ["This image is incorrect. There should be a dog, but none exists in image."])}
    tensors: dict[str, Tensor] = {f"ids.{k}": forced(v).int() for k, v in rows.items()}
    tensors |= {"input.codes": partly.flatten(1).int(), "input.all_codes": codes.flatten(1).int(), "input.view": view, "expected.image": picture[..., :8, :],
                "expected.rows": model.picture_rows(seen)}
    for name, source in (("paint", None), ("edit", codes)):
        ids = forced(rows[name])
        y = model.image_features(ids, seen if source is not None else None, source, partly, torch.zeros_like(ids, dtype=torch.bool))
        tensors[f"expected.{name}"] = model.head(y)[0, :KEPT]
    dense = forced(rows["dense"])
    where = (dense >= prompts.loc0) & (dense <= prompts.loc0 + 1024)
    tensors["expected.dense"] = model.text_logits(torch.where(where, prompts.mask, dense), seen, None, where)
    answer = torch.full((1, 1, 16), prompts.mask)
    tensors["expected.ask"] = model.text_logits(forced(rows["ask"]), seen, answer, torch.ones_like(answer, dtype=torch.bool))[:4]
    save_file({k: v.contiguous() for k, v in tensors.items()}, out / "check.safetensors")
    (out / "check.json").write_text(json.dumps({"grid": [side, side], "image_mask_id": model.image_mask, "text_mask_id": prompts.mask, "markers": {
        "semantic": -200, "source": -300, "canvas": -400}, "note": "fp32 arithmetic on the F16 weights of this folder; the image is before clipping"}, indent=1) + "\n")


def export_bundle(recipe: dict[str, Any], work: Path, out: Path, check: Path | None) -> None:
    """Write the bundle beside OUT, then swap it in; README.md and pictures already in OUT are kept."""
    model, vq, prompts, state = load_trained(recipe, work)
    tower = load_tower(recipe, work)
    tmp = out.with_name(out.name + ".tmp")
    shutil.rmtree(tmp, ignore_errors=True)
    if out.exists():
        shutil.copytree(out, tmp)
    (tmp / "vqvae").mkdir(parents=True, exist_ok=True)
    weights = {f"model.{k}": v for k, v in model.state_dict().items()} | {f"model.vqvae.{k}": v for k, v in vq.state_dict().items()}
    weights |= {f"model.{k}": v for k, v in tower.state_dict().items()}
    for name, value in weights.items():
        assert torch.isfinite(value.half()).all(), name
    save_file({k: v.half().contiguous() for k, v in sorted(weights.items())}, tmp / "model.safetensors", metadata={"format": "pt"})
    (tmp / "config.json").write_text(json.dumps(model_config(recipe, prompts), indent=1) + "\n")
    (tmp / "vqvae" / "config.json").write_text(json.dumps(vq_config(recipe["vq"]), indent=1) + "\n")
    shutil.copy(work / "tokenizer.json", tmp / "tokenizer.json")
    (tmp / "tokenizer_config.json").write_text(json.dumps(tokenizer_config(recipe["model"]["max_sequence_length"]), indent=1) + "\n")
    if check is not None and check.resolve() == out.resolve():
        check_files(recipe, model, vq, tower, prompts, tmp)
    elif check is not None:
        check.mkdir(parents=True, exist_ok=True)
        check_files(recipe, model, vq, tower, prompts, check)
    for path in tmp.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if out.exists():
        old = out.with_name(out.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        os.rename(out, old)
        os.rename(tmp, out)
        shutil.rmtree(old)
    else:
        os.rename(tmp, out)
    size = sum(p.stat().st_size for p in out.rglob("*") if p.is_file())
    count = sum(v.numel() for v in weights.values())
    print(f"bundle {size / 2**20:.2f} MiB, {count / 1e6:.2f} M parameters, step {state.get('step', 0)}", flush=True)
