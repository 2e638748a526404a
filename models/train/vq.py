"""VQ tokenizer with the layout and tensor names of diffusers' VQModel (spec MODEL section 4), written from the spec."""
from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPS = 1e-6


class ResBlock(nn.Module):
    """GN-silu-conv twice plus shortcut, [b,cin,h,w] -> [b,cout,h,w]."""

    def __init__(self, cin: int, cout: int, groups: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, cin, eps=EPS)
        self.conv1 = nn.Conv2d(cin, cout, 3, padding=1)
        self.norm2 = nn.GroupNorm(groups, cout, eps=EPS)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1)
        if cin != cout:
            self.conv_shortcut = nn.Conv2d(cin, cout, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(F.silu(self.norm1(x)))
        y = self.conv2(F.silu(self.norm2(y)))
        return (self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x) + y


class Down(nn.Module):
    """Stride-2 conv, zero-padded right and bottom only."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Up(nn.Module):
    """Nearest x2, then conv."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Stage(nn.Module):
    """Some ResBlocks, then an optional resampler under diffusers' names."""

    def __init__(self, cin: int, cout: int, n: int, groups: int, sampler: str | None) -> None:
        super().__init__()
        self.resnets = nn.ModuleList(ResBlock(cin if r == 0 else cout, cout, groups) for r in range(n))
        self.sampler = sampler
        if sampler == "down":
            self.downsamplers = nn.ModuleList([Down(cout)])
        elif sampler == "up":
            self.upsamplers = nn.ModuleList([Up(cout)])

    def forward(self, x: Tensor) -> Tensor:
        for block in self.resnets:
            x = block(x)
        if self.sampler:
            x = getattr(self, f"{self.sampler}samplers")[0](x)
        return x


class Encoder(nn.Module):
    """[b,3,H,W] in 0..1 -> [b,latent,H/f,W/f]."""

    def __init__(self, ch: list[int], layers: int, latent: int, groups: int) -> None:
        super().__init__()
        last = len(ch) - 1
        self.conv_in = nn.Conv2d(3, ch[0], 3, padding=1)
        self.down_blocks = nn.ModuleList(
            Stage(ch[max(i - 1, 0)], c, layers, groups, "down" if i < last else None) for i, c in enumerate(ch))
        self.mid_block = Stage(ch[-1], ch[-1], 2, groups, None)
        self.conv_norm_out = nn.GroupNorm(groups, ch[-1], eps=EPS)
        self.conv_out = nn.Conv2d(ch[-1], latent, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv_in(x)
        for block in self.down_blocks:
            x = block(x)
        return self.conv_out(F.silu(self.conv_norm_out(self.mid_block(x))))


class Decoder(nn.Module):
    """[b,latent,h,w] -> [b,3,H,W], not clipped."""

    def __init__(self, ch: list[int], layers: int, latent: int, groups: int) -> None:
        super().__init__()
        rev, last = ch[::-1], len(ch) - 1
        self.conv_in = nn.Conv2d(latent, rev[0], 3, padding=1)
        self.mid_block = Stage(rev[0], rev[0], 2, groups, None)
        self.up_blocks = nn.ModuleList(
            Stage(rev[max(i - 1, 0)], c, layers + 1, groups, "up" if i < last else None) for i, c in enumerate(rev))
        self.conv_norm_out = nn.GroupNorm(groups, ch[0], eps=EPS)
        self.conv_out = nn.Conv2d(ch[0], 3, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = self.mid_block(self.conv_in(z))
        for block in self.up_blocks:
            x = block(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class Quantizer(nn.Module):
    """Codebook; rows are kept at unit length, so plain Euclidean search orders codes as cosine does."""

    def __init__(self, n: int, dim: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(n, dim)
        self.embedding.weight.requires_grad_(False)


class VQModel(nn.Module):
    """Encoder, quantiser and decoder of MODEL section 4."""

    def __init__(self, cfg: dict[str, Any]) -> None:
        super().__init__()
        ch, layers, latent, groups = (cfg[k] for k in ("block_out_channels", "layers_per_block", "latent_channels", "norm_num_groups"))
        self.encoder = Encoder(ch, layers, latent, groups)
        self.quant_conv = nn.Conv2d(latent, latent, 1)
        self.quantize = Quantizer(cfg["num_vq_embeddings"], latent)
        self.post_quant_conv = nn.Conv2d(latent, latent, 1)
        self.decoder = Decoder(ch, layers, latent, groups)
        self.factor = 2 ** (len(ch) - 1)

    def reset(self) -> None:
        """Std 1.4/sqrt(fan in) for convs; each ResBlock starts close to its shortcut."""
        for name, p in self.named_parameters():
            if p.ndim == 4:
                nn.init.normal_(p, std=(0.4 if "conv2" in name else 1.4) / p[0].numel() ** 0.5)

    def latents(self, x: Tensor) -> Tensor:
        """[b,3,H,W] -> [b,latent,h,w] before quantisation."""
        return self.quant_conv(self.encoder(x))

    def nearest(self, z: Tensor) -> Tensor:
        """Euclidean nearest rows, ties to the lowest index: [b,c,h,w] -> ids [b,h*w]."""
        flat = z.float().permute(0, 2, 3, 1).flatten(0, 2)
        e = self.quantize.embedding.weight.float()
        d = flat.square().sum(1, keepdim=True) + e.square().sum(1) - 2 * flat @ e.T
        return d.argmin(1).view(z.shape[0], -1)

    def encode_ids(self, x: Tensor) -> Tensor:
        """Image in 0..1 -> code ids [b,h*w], raster order."""
        return self.nearest(self.latents(x))

    def decode(self, z: Tensor) -> Tensor:
        """Codebook rows [b,c,h,w] -> image, not clipped."""
        return self.decoder(self.post_quant_conv(z))

    def decode_ids(self, ids: Tensor, h: int, w: int) -> Tensor:
        """Ids [b,h*w] -> image [b,3,H,W], not clipped."""
        rows = self.quantize.embedding(ids).view(ids.shape[0], h, w, -1).permute(0, 3, 1, 2)
        return self.decode(rows.contiguous())
