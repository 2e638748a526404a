"""SigLIP-style tower and convolutional resampler with the official tensor names (spec MODEL section 5)."""
from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class TowerLayer(nn.Module):
    """Pre-norm encoder layer with biases."""

    def __init__(self, width: int, hidden: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.self_attn = nn.Module()
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            setattr(self.self_attn, name, nn.Linear(width, width))
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Module()
        self.mlp.fc1, self.mlp.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        """[b,n,width] -> the same."""
        h, a = self.layer_norm1(x), self.self_attn
        q, k, v = (p(h).unflatten(-1, (self.heads, -1)).transpose(1, 2) for p in (a.q_proj, a.k_proj, a.v_proj))
        scores = torch.softmax((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2), -1)
        x = x + a.out_proj((scores @ v).transpose(1, 2).flatten(2))
        return x + self.mlp.fc2(F.gelu(self.mlp.fc1(self.layer_norm2(x)), approximate="tanh"))


class Tower(nn.Module):
    """View of pixels in 0..1 [b,3,S,S] -> pooled tokens [b,side*side,out]; the projector belongs to the transformer."""

    def __init__(self, cfg: dict[str, Any]) -> None:
        super().__init__()
        width, self.patches = cfg["hidden_size"], cfg["image_size"] // cfg["patch_size"]
        model = nn.Module()
        model.embeddings = nn.Module()
        model.embeddings.patch_embedding = nn.Conv2d(3, width, cfg["patch_size"], cfg["patch_size"])
        model.embeddings.position_embedding = nn.Embedding(self.patches ** 2, width)
        model.encoder = nn.Module()
        model.encoder.layers = nn.ModuleList(
            TowerLayer(width, cfg["intermediate_size"], cfg["num_attention_heads"]) for _ in range(cfg["num_hidden_layers"] - 1))
        self.vision_tower, self.vision_resampler = nn.Module(), nn.Module()
        self.vision_tower.vision_tower = nn.Module()
        self.vision_tower.vision_tower.vision_model = model
        self.vision_resampler.pool = nn.Conv2d(width, cfg["out_channels"], 2, 2)
        self.side, self.out = self.patches // 2, cfg["out_channels"]

    def forward(self, x: Tensor) -> Tensor:
        """Pooled tokens in raster order."""
        model = self.vision_tower.vision_tower.vision_model
        y = model.embeddings.patch_embedding((x - 0.5) / 0.5).flatten(2).transpose(1, 2)
        y = y + model.embeddings.position_embedding.weight.to(y.dtype)
        for layer in model.encoder.layers:
            y = layer(y)
        y = y.transpose(1, 2).unflatten(2, (self.patches, self.patches))
        return self.vision_resampler.pool(y).flatten(2).transpose(1, 2)


def vision_config(cfg: dict[str, Any]) -> dict[str, Any]:
    """The bundle's config keys of tower, resampler and projector; one view a picture."""
    return {
        "mm_vision_tower": "nano-siglip", "mm_hidden_size": cfg["hidden_size"], "mm_resampler_type": "spatial_pool", "mm_spatial_pool_mode": "conv",
        "mm_spatial_pool_stride": 2, "mm_spatial_pool_out_channels": cfg["out_channels"], "mm_projector_type": "mlp2x_gelu",
        "mm_patch_merge_type": "spatial_unpad", "image_aspect_ratio": "pad", "mm_vision_select_layer": -2, "mm_vision_select_feature": "patch",
        "vision_config": {k: cfg[k] for k in ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "image_size", "patch_size")}
        | {"hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6},
    }
