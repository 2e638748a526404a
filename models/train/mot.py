"""Elastic-MoT transformer with the official tensor names (spec MODEL sections 2, 3 and 8), for pictures or for text.

For pictures, und rows are skipped where MODEL 2.6 allows: the last joint layer needs only their keys and values, later layers
nothing. For text no gen row exists.
"""
from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .aims import Aims, Ways
from .fused import fused
from .prompts import CANVAS, SRC


class RMSFunction(torch.autograd.Function):
    """RMS norm over the last axis with statistics in fp32 and a hand-written backward (few passes over memory)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, eps: float) -> Tensor:
        """x [...,d], weight [d]."""
        inv = torch.rsqrt(torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32).square() / x.shape[-1] + eps).to(x.dtype)
        unit = x * inv
        w = weight.to(x.dtype)
        ctx.save_for_backward(unit, inv, w)
        return unit * w

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        """Gradients for x and weight."""
        unit, inv, w = ctx.saved_tensors
        g = grad * w
        gw = (grad * unit).flatten(0, -2).float().sum(0)
        dot = (g * unit).mean(-1, keepdim=True, dtype=torch.float32).to(g.dtype)
        return torch.addcmul(g, unit, dot, value=-1) * inv, gw, None


def rms(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """RMS norm over the last axis."""
    if x.is_cuda:
        return F.rms_norm(x, (x.shape[-1],), weight.to(x.dtype), eps).to(x.dtype)
    return RMSFunction.apply(x, weight, eps)


def rope_tables(positions: Tensor, dim: int, theta: float) -> tuple[Tensor, Tensor]:
    """cos and sin [n,dim] for absolute positions, rotate-half layout."""
    inv = theta ** (-torch.arange(0, dim, 2, dtype=torch.float64, device=positions.device) / dim)
    angle = positions.double()[:, None] * torch.cat([inv, inv])
    return angle.cos().float(), angle.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Apply RoPE to [b,heads,n,dim]."""
    a, b = x.chunk(2, -1)
    return torch.addcmul(x * cos.to(x.dtype), torch.cat([-b, a], -1), sin.to(x.dtype))


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Full bidirectional attention [b,heads,n,dim]; on a CPU the plain form trains faster than the fused one at these sizes."""
    if q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v)
    return torch.softmax((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2), -1, dtype=q.dtype) @ v


# Heads of a layer that learn to look at the same place of the source.
AIMED_HEADS = 3
# For each kind in aims.py: und heads that learn to look at its targets, the first and how many, and in which of the layers after the last joint one. What is wrong
# is known only once words have been held against the picture, so those who ask for it look a layer later; so do relations, for their things must have been found.
LOOKS = ((0, 2, (0, 1)), (2, 2, (0, 1)), (4, 2, (1,)), (0, 2, (2,)), (6, 1, (1,)), (7, 1, (1,)))


# A head of the gen rows that learns to look at a plan's words, by how many layers before the last joint one it lies. In nano 0.7 these two did least: without
# either the loss of pictures rose by 0.003, without the busiest by 0.48.
PLAN_HEADS = {1: 0, 0: 4}


def aim_loss(q: Tensor, k: Tensor) -> Tensor:
    """Cross-entropy between the attention of canvas rows q [b,heads,n,dim] over all rows k (the source's n rows first) and "row i looks at source row i".

    The instruction between source and canvas has no fixed length, so no fixed distance leads from a slot to its like. Left alone the network needs tens of
    thousands of edits before a head finds the way; told where to look it needs a few thousand.
    """
    log_p = torch.log_softmax(((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)).float(), -1)
    return -log_p[..., : q.shape[2]].diagonal(dim1=-2, dim2=-1).mean()


class Weight(nn.Module):
    """A module holding only `.weight`, used for norms, so that names match the official ones."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(*shape))


def linear(cin: int, cout: int) -> nn.Linear:
    return nn.Linear(cin, cout, bias=False)


class Block(nn.Module):
    """One layer; see MODEL 2.2. Tensor names are the official ones."""

    def __init__(self, c: dict[str, Any]) -> None:
        super().__init__()
        d, g, m, mg = c["d_model"], c["d_model_gen"], c["mlp_hidden_size"], c["mlp_hidden_size_gen"]
        self.heads, self.d, self.g = c["n_heads"], d, g
        self.attn_norm, self.ff_norm = Weight(d), Weight(d)
        self.q_proj, self.k_proj, self.v_proj, self.attn_out = (linear(d, d) for _ in range(4))
        self.ff_proj, self.up_proj, self.ff_out = linear(d, m), linear(d, m), linear(m, d)
        self.attn_norm_vision, self.ff_norm_vision = Weight(g), Weight(g)
        self.q_proj_vision, self.k_proj_vision, self.v_proj_vision = (linear(g, d) for _ in range(3))
        self.ff_proj_vision, self.up_proj_vision, self.ff_out_vision = linear(g, mg), linear(g, mg), linear(mg, g)

    def split(self, x: Tensor) -> Tensor:
        """[b,n,d] -> [b,heads,n,d/heads]."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    @fused
    def forward(self, xg: Tensor, xt: Tensor | None, rope_g: tuple[Tensor, Tensor], rope_t: tuple[Tensor, Tensor],
                need_text: bool, aimed: bool) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """xg [b,ng,g], xt [b,nt,d] or None (split layer) -> both, text rows only if need_text, and `aim_loss`.

        If aimed, xg is a source and a canvas of equal size, and it is told how badly the first heads look from a slot to its like in the source.
        """
        ng = rms(xg, self.attn_norm_vision.weight, 1e-5)
        q, k, v = F.linear(ng, torch.cat([self.q_proj_vision.weight, self.k_proj_vision.weight, self.v_proj_vision.weight])).chunk(3, -1)
        q, k, v = rotate(self.split(q), *rope_g), rotate(self.split(k), *rope_g), self.split(v)
        n_img = xg.shape[1]
        if xt is not None:
            nt = rms(xt, self.attn_norm.weight, 1e-5)
            kt, vt = F.linear(nt, torch.cat([self.k_proj.weight, self.v_proj.weight])).chunk(2, -1)
            k, v = torch.cat([k, rotate(self.split(kt), *rope_t)], 2), torch.cat([v, self.split(vt)], 2)
            if need_text:
                q = torch.cat([q, rotate(self.split(self.q_proj(nt)), *rope_t)], 2)
        aim = aim_loss(q[:, :AIMED_HEADS, n_img // 2:n_img], k[:, :AIMED_HEADS]) if aimed else None
        o = attend(q, k, v).transpose(1, 2).flatten(2)
        xg = xg + F.linear(o[:, :n_img], self.attn_out.weight[: self.g])
        h = rms(xg, self.ff_norm_vision.weight, 1e-5)
        xg = xg + self.ff_out_vision(F.silu(self.ff_proj_vision(h)) * self.up_proj_vision(h))
        return xg, self.text_tail(xt, o[:, n_img:]) if xt is not None and need_text else None, aim

    def text_tail(self, xt: Tensor, o: Tensor) -> Tensor:
        """Attention output and feed-forward of und rows."""
        xt = xt + self.attn_out(o)
        h = rms(xt, self.ff_norm.weight, 1e-5)
        return xt + self.ff_out(F.silu(self.ff_proj(h)) * self.up_proj(h))

    def look_loss(self, x: Tensor, rope: tuple[Tensor, Tensor], aims: list[Aims], above: int) -> list[Tensor]:
        """How badly und rows x [b,n,d] look where aims tell them to: minus the log of their heads' attention to the targets, for each kind of target there is.

        above: how many layers lie between this one and the last joint one.
        Only the heads and rows in question are computed, apart from `answer`, whose kernels stay what they are.
        """
        out, dim = [], x.shape[-1] // self.heads
        h = rms(x, self.attn_norm.weight, 1e-5)
        for (head, heads, layers), (sample, row, targets) in zip(LOOKS, aims):
            if len(sample) == 0 or above not in layers:
                continue
            sample, row, targets = (t.to(x.device, non_blocking=True) for t in (sample, row, targets))
            part = slice(head * dim, (head + heads) * dim)
            n = targets.shape[1]
            k = rotate(F.linear(h[:, :n], self.k_proj.weight[part]).unflatten(-1, (heads, dim)).transpose(1, 2), rope[0][:n], rope[1][:n])
            q = F.linear(h[sample, row], self.q_proj.weight[part]).unflatten(-1, (heads, dim))
            q = rotate(q, rope[0][row][:, None], rope[1][row][:, None])
            log_p = torch.log_softmax((torch.einsum("rhd,rhnd->rhn", q, k[sample]) * dim**-0.5).float(), -1)
            out.append(-log_p.masked_fill(~targets[:, None], -math.inf).logsumexp(-1).mean())
        return out

    def plan_loss(self, xg: Tensor, xt: Tensor, rope_g: tuple[Tensor, Tensor], rope_t: tuple[Tensor, Tensor], und: Tensor, aims: Aims, head: int) -> Tensor:
        """How badly slots of the canvas look at the words of the plan that stand for them: minus the log of a head's attention to those.

        xg [b,ng,g] are the canvas's rows, xt [b,nt,d] und rows in the columns `und` [nt] of the sequence; aims' rows are slots, their targets columns.
        """
        dim = xt.shape[-1] // self.heads
        part = slice(head * dim, (head + 1) * dim)
        sample, row, targets = (t.to(xg.device, non_blocking=True) for t in (aims.sample, aims.row, aims.targets[:, und]))
        hg, ht = rms(xg, self.attn_norm_vision.weight, 1e-5), rms(xt, self.attn_norm.weight, 1e-5)
        k = torch.cat([rotate(F.linear(ht, self.k_proj.weight[part]), *rope_t), rotate(F.linear(hg, self.k_proj_vision.weight[part]), *rope_g)], 1)
        q = rotate(F.linear(hg[sample, row], self.q_proj_vision.weight[part]), rope_g[0][row], rope_g[1][row])
        log_p = torch.log_softmax((torch.einsum("rd,rnd->rn", q, k[sample]) * dim**-0.5).float(), -1)[..., : xt.shape[1]]
        return -log_p.masked_fill(~targets, -math.inf).logsumexp(-1).mean()

    @fused
    def answer(self, x: Tensor, prefix: int, copies: int, rope: tuple[Tensor, Tensor], last: bool) -> Tensor:
        """Und rows alone: a prefix that sees itself, then copies of an answer that each see the prefix and themselves (PIPELINE 1.6).

        x [b,prefix+copies*G,d]; with copies 0 all rows see all rows. Of the last layer only the copies' rows [b,copies*G,d] come back, where there are any.
        """
        n = rms(x, self.attn_norm.weight, 1e-5)
        q, k, v = F.linear(n, torch.cat([self.q_proj.weight, self.k_proj.weight, self.v_proj.weight])).chunk(3, -1)
        q, k, v = rotate(self.split(q), *rope), rotate(self.split(k), *rope), self.split(v)
        if copies == 0:
            return self.text_tail(x, attend(q, k, v).transpose(1, 2).flatten(2))
        size = (x.shape[1] - prefix) // copies
        outs = [] if last else [attend(q[:, :, :prefix], k[:, :, :prefix], v[:, :, :prefix])]
        for i in range(copies):
            rows = slice(prefix + i * size, prefix + (i + 1) * size)
            keys, values = (torch.cat([t[:, :, :prefix], t[:, :, rows]], 2) for t in (k, v))
            outs.append(attend(q[:, :, rows], keys, values))
        return self.text_tail(x[:, prefix:] if last else x, torch.cat(outs, 2).transpose(1, 2).flatten(2))


class ElasticMoT(nn.Module):
    """Transformer plus image-token input and output."""

    def __init__(self, c: dict[str, Any], vocab: int, codes: int, mask_id: int, seen_width: int) -> None:
        """mask_id: text mask token id. Image mask id is codes+1 (MODEL 3.1). seen_width: width of the tower's pooled tokens."""
        super().__init__()
        self.c, self.codes, self.text_mask, self.image_mask = c, codes, mask_id, codes + 1
        d, g = c["d_model"], c["d_model_gen"]
        self.d, self.g = d, g
        t = nn.Module()
        t.wte, t.ln_f, t.ff_out = nn.Embedding(vocab, d), Weight(d), linear(d, vocab)
        t.blocks = nn.ModuleList(Block(c) for _ in range(c["n_layers"]))
        self.transformer = t
        self.gen_embedding = nn.ModuleList([nn.Embedding(codes + 256, g), Weight(g), linear(g, g)])
        self.gen_embedding_2 = nn.ModuleList([Weight(g), linear(g, g)])
        self.downsample_gen, self.upsample_gen = nn.Module(), nn.Module()
        self.downsample_gen.downsample, self.upsample_gen.upsample = nn.Module(), nn.Module()
        self.downsample_gen.downsample.norm, self.upsample_gen.upsample.norm = Weight(g), Weight(g)
        self.downsample_gen.downsample.conv = nn.Conv2d(g, g, 2, 2, bias=False)
        self.upsample_gen.upsample.conv = nn.ConvTranspose2d(g, g, 2, 2, bias=False)
        self.gen_predictor_2 = nn.ModuleList([Weight(g), linear(g, g)])
        self.gen_predictor = nn.ModuleList([linear(g, g), Weight(g), linear(g, codes)])
        self.mm_projector = nn.Sequential(nn.Linear(seen_width, d), nn.GELU(), nn.Linear(d, d))
        self.image_newline = nn.Parameter(torch.randn(d))
        self.reset()

    def reset(self) -> None:
        """Std 1/sqrt(fan in); embeddings std 1; residual outputs start small."""
        for name, p in self.named_parameters():
            if name.endswith("wte.weight") or name == "gen_embedding.0.weight":
                nn.init.normal_(p, std=1.0)
            elif p.ndim > 1:
                fan = {"upsample_gen.upsample.conv.weight": p.shape[0]}.get(name, p[0].numel())
                small = any(s in name for s in ("attn_out", "blocks.") ) and ("attn_out" in name or "ff_out" in name)
                nn.init.normal_(p, std=(0.3 if small else 1.0) / math.sqrt(fan))

    def embed_slots(self, codes: Tensor) -> Tensor:
        """Codes [b,gh,gw] (mask = codes+1) -> slots [b,(gh/2)*(gw/2),g], MODEL 3.1 folded into four per-code tables."""
        e = self.gen_embedding
        table = F.linear(rms(e[0].weight[: self.codes + 2], e[1].weight, 1e-6), e[2].weight)
        table = rms(table, self.downsample_gen.downsample.norm.weight, 1e-6)
        conv = self.downsample_gen.downsample.conv.weight
        taps = [F.linear(table, conv[:, :, p, q]) for p in (0, 1) for q in (0, 1)]
        x = sum(F.embedding(codes[:, p::2, q::2].flatten(1), taps[2 * p + q]) for p in (0, 1) for q in (0, 1))
        return F.linear(rms(x, self.gen_embedding_2[0].weight, 1e-6), self.gen_embedding_2[1].weight)

    def unslot(self, x: Tensor, gh: int, gw: int) -> Tensor:
        """Last-layer image rows [b,slots,g] -> per-code features [b,gh*gw,g]: ln_f over the padded width, then upsample."""
        y = x.float()
        y = y * torch.rsqrt(y.square().sum(-1, keepdim=True) / self.d + 1e-5) * self.transformer.ln_f.weight[: self.g]
        y = rms(y.to(x.dtype), self.upsample_gen.upsample.norm.weight, 1e-6)
        w = self.upsample_gen.upsample.conv.weight
        y = F.linear(y, w.permute(2, 3, 1, 0).flatten(0, 2))
        y = y.view(x.shape[0], gh // 2, gw // 2, 2, 2, self.g).permute(0, 1, 3, 2, 4, 5)
        return y.reshape(x.shape[0], gh * gw, self.g)

    def head(self, y: Tensor) -> Tensor:
        """Per-code features [...,g] -> logits [...,codes], MODEL 3.2 steps 2-3."""
        y = F.linear(rms(y, self.gen_predictor_2[0].weight, 1e-6), self.gen_predictor_2[1].weight)
        y = rms(self.gen_predictor[0](y), self.gen_predictor[1].weight, 1e-6)
        return self.gen_predictor[2](y)

    def picture_rows(self, sem: Tensor) -> Tensor:
        """Pooled tower tokens [b,k,n,w] -> rows of k pictures [b,k*(n+1),d]: projected, each picture ended by the newline row."""
        rows = self.mm_projector(sem)
        end = self.image_newline.to(rows.dtype).expand(*rows.shape[:2], 1, -1)
        return torch.cat([rows, end], 2).flatten(1, 2)

    def send(self, x: Tensor) -> Tensor:
        """A tensor where the weights are. Ids and masks are made on the CPU: asking a GPU for a length or a place would wait for all it has to do."""
        return x.to(self.transformer.wte.weight.device, non_blocking=True)

    def und_rows(self, ids: Tensor, sem: Tensor | None) -> Tensor:
        """Ids [b,n] on the CPU (negative where a picture's row stands) and tower tokens -> embeddings [b,n,d]."""
        ids = self.send(ids)
        x = self.transformer.wte(ids.clamp_min(0))
        if torch.is_autocast_enabled(ids.device.type):
            x = x.to(torch.bfloat16)
        if sem is not None:
            x = x.masked_scatter((ids < 0)[..., None], self.picture_rows(sem).to(x.dtype))
        return x

    def rope(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Tables for absolute positions."""
        cos, sin = rope_tables(positions, self.d // self.c["n_heads"], self.c["rope_theta"])
        return self.send(cos), self.send(sin)

    def image_features(self, ids: Tensor, sem: Tensor | None, src: Tensor | None, seen: Tensor, hide: Tensor, aim: list[Tensor] | None = None,
                       aims: Aims | None = None, looked: list[Tensor] | None = None) -> Tensor:
        """Und ids [b,n] over all columns of the sequence (SRC and CANVAS where gen rows stand), codes [b,gh,gw] of the source and
        the canvas, hide [b,n] und rows behind the text mask -> per-code features of the canvas [b,gh*gw,g]. Ids and hide lie on the CPU.

        Without src the columns of a source are und rows and must be hidden (the unconditional row of an edit). `aim` gathers the losses of `aim_loss`
        from the last joint layer and the split ones, `looked` those of `plan_loss` for the aims of a picture without source.
        """
        gen = (ids[0] == CANVAS) if src is None else (ids[0] == CANVAS) | (ids[0] == SRC)
        place = torch.arange(ids.shape[1])
        und = place[~gen]
        xt: Tensor | None = self.und_rows(torch.where(ids[:, und] == SRC, self.text_mask, ids[:, und]), sem)
        mask = self.transformer.wte.weight[self.text_mask].to(xt.dtype)
        xt = torch.where(self.send(hide[:, und, None]), mask, xt)
        xg = self.embed_slots(seen)
        if src is not None:
            xg = torch.cat([self.embed_slots(src), xg], 1)
        rope_t, rope_g = self.rope(und), self.rope(place[gen])
        last = self.c["dual_tower_layers"]
        for i, block in enumerate(self.transformer.blocks):
            if aims is not None and looked is not None and xt is not None and last - i in PLAN_HEADS:
                looked.append(block.plan_loss(xg, xt, rope_g, rope_t, und, aims, PLAN_HEADS[last - i] % block.heads))
            xg, xt, found = block(xg, xt if i <= last else None, rope_g, rope_t, i < last, aim is not None and i >= last)
            if aim is not None and found is not None:
                aim.append(found)
        gh, gw = seen.shape[1:]
        return self.unslot(xg[:, -(gh * gw // 4):], gh, gw)

    def way_loss(self, x: Tensor, ways: Ways) -> Tensor:
        """How badly und rows x [b,n,d] that show a thing say which way it faces, by the words that answer would be read with: cross-entropy between those of the ways.

        The tower tells it (a linear map of its tokens is right about 0.99 of unseen things), but no answer made the network read it: most of its words do not ask.
        """
        words, said = torch.unique(ways.word, return_inverse=True)
        logits = F.linear(rms(x[self.send(ways.sample), self.send(ways.row)], self.transformer.ln_f.weight, 1e-5), self.transformer.ff_out.weight[self.send(words)])
        return F.cross_entropy(logits.float(), self.send(said))

    def text_logits(self, ids: Tensor, sem: Tensor | None, answers: Tensor | None, want: Tensor,
                    aims: list[Aims] | None = None, looked: list[Tensor] | None = None, ways: Ways | None = None, told: list[Tensor] | None = None) -> Tensor:
        """Prefix ids [b,n], copies of an answer [b,m,G] or None (all rows in ids see each other), want = bool over the answer rows
        [b,m,G] or over ids [b,n], all on the CPU -> logits [wanted,vocab]. `looked` gathers the losses of `look_loss` for the aims, `told` that of `way_loss` for the ways."""
        n = ids.shape[1]
        x = self.und_rows(ids, sem)
        positions = torch.arange(n)
        copies = 0
        if answers is not None:
            copies, size = answers.shape[1:]
            x = torch.cat([x, self.und_rows(answers.flatten(1), None)], 1)
            positions = torch.cat([positions] + [torch.arange(n, n + size)] * copies)
        rope = self.rope(positions)
        first = self.c["dual_tower_layers"] + 1
        for i, block in enumerate(self.transformer.blocks):
            if aims is not None and looked is not None and i >= first:
                looked += block.look_loss(x, rope, aims, i - first)
            if ways is not None and told is not None and i == first + 1:
                told.append(self.way_loss(x, ways))
            x = block.answer(x, n, copies, rope, i == len(self.transformer.blocks) - 1)
        x = x.flatten(0, 1)[self.send(want.flatten().nonzero()[:, 0])]
        return self.transformer.ff_out(rms(x, self.transformer.ln_f.weight, 1e-5))
