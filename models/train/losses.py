"""Losses of the three groups of tasks: pictures from text, edits, and text."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .aims import Aims, chosen
from .fused import fused
from .mot import ElasticMoT
from .prompts import CANVAS, SEM, SRC, Prompts
from .tasks import BLOCK, Pictured


def prompt_end(ids: Tensor, eot: int, planned: bool) -> int:
    """Rows hidden from the unconditional row: through the second end of turn, or up to the canvas when there is a plan (PIPELINE 2.4)."""
    if planned:
        return int((ids[0] == CANVAS).nonzero()[0])
    return int((ids[0] == eot).nonzero()[1]) + 1


def planned(ids: Tensor, eot: int) -> bool:
    """Whether something stands between the assistant header and the canvas."""
    start = int((ids[0] == CANVAS).nonzero()[0])
    return start - prompt_end(ids, eot, False) > 4


def code_loss(model: ElasticMoT, features: Tensor, codes: Tensor) -> Tensor:
    """Cross-entropy of each code [n] from its features [n,g]."""
    return cross_entropy(model.head(features), codes)


@fused
def cross_entropy(logits: Tensor, ids: Tensor) -> Tensor:
    """Cross-entropy [n] in fp32."""
    return F.cross_entropy(logits.float(), ids, reduction="none")


def paint_loss(model: ElasticMoT, batch: Pictured, prompts: Prompts, cfg: dict[str, Any]) -> tuple[Tensor, Tensor | None]:
    """Cross-entropy over both halves of a complementary mask pair, every code predicted once; a share of the pairs is two nearly hidden copies instead.
    Also how badly slots look at the words of a plan that stand for them.

    What the words mean is learnt where next to nothing else is seen: with a uniform mask ratio that would be one view in twenty.
    """
    codes = batch.target
    b, side = codes.shape[:2]
    mask = torch.rand(b, side, side) < torch.rand(b, 1, 1)
    mask = torch.cat([mask, ~mask])
    blank = (torch.rand(b, 1, 1) < cfg.get("blank_share", 0)).repeat(2, 1, 1)
    # From all hidden down to a tenth seen, squared so that most show a handful of codes, as the first sampling steps do.
    mask = torch.where(blank, torch.rand(mask.shape) >= torch.rand(2 * b, 1, 1).square() / 10, mask)
    codes = codes.repeat(2, 1, 1)
    end = prompt_end(batch.ids, prompts.eot, planned(batch.ids, prompts.eot))
    drop = (torch.rand(b) < cfg["prompt_drop"]).repeat(2)
    hide = drop[:, None] & (torch.arange(batch.ids.shape[1]) < end)
    seen = None if batch.seen is None else batch.seen.repeat(2, 1, 1, 1)
    looked: list[Tensor] = []
    aims = None
    if batch.aims and len(batch.aims[0].row):
        sample, row, targets = batch.aims[0]
        # Both views of every sample that is shown its prompt.
        both = Aims(torch.cat([sample, sample + b]), row.repeat(2), targets.repeat(2, 1))
        seeing = chosen(both, (~drop)[:, None].expand(2 * b, batch.ids.shape[1]))
        # Of a batch where few aim, none may be left.
        aims = seeing if len(seeing.row) else None
    y = model.image_features(batch.ids.repeat(2, 1), seen, None, torch.where(model.send(mask), model.image_mask, codes), hide, None, aims, looked)
    at = model.send(mask.flatten().nonzero()[:, 0])
    return code_loss(model, y.flatten(0, 1)[at], codes.flatten()[at]).mean(), torch.stack(looked).mean() if looked else None


def edit_loss(model: ElasticMoT, batch: Pictured, prompts: Prompts, cfg: dict[str, Any]) -> tuple[Tensor, Tensor | None]:
    """Cross-entropy of masked codes, those that change weighing more; now and then as the rows of guidance see it (PIPELINE 5). Also `aim_loss`."""
    codes, source = batch.target, batch.source
    b, side = codes.shape[:2]
    # Some high mask ratios always: the first steps decide what is copied.
    mask = torch.rand(b, side, side) < torch.rand(b, 1, 1).sqrt()
    mask |= torch.rand(b, 1, 1) < cfg.get("full_share", 0)
    place = torch.arange(batch.ids.shape[1])
    hide = torch.zeros_like(batch.ids, dtype=torch.bool)
    form = float(torch.rand(()))
    given: Tensor | None = source
    if form < cfg["prompt_drop"] / 2:
        hide = (place < prompt_end(batch.ids, prompts.eot, planned(batch.ids, prompts.eot))).expand_as(hide)
        given = None
    elif form < cfg["prompt_drop"]:
        hide = (batch.ids != SRC) & (batch.ids != CANVAS)
    aim: list[Tensor] | None = [] if given is not None and cfg.get("aim_weight") else None
    y = model.image_features(batch.ids, batch.seen, given, torch.where(model.send(mask), model.image_mask, codes), hide, aim)
    at = model.send(mask.flatten().nonzero()[:, 0])
    loss = code_loss(model, y.flatten(0, 1)[at], codes.flatten()[at])
    weight = torch.where((codes != source).flatten()[at], cfg["changed_weight"], 1.0)
    return (loss * weight).sum() / weight.sum(), torch.stack(aim).mean() if aim else None


def ground_loss(model: ElasticMoT, batch: Pictured, prompts: Prompts) -> tuple[Tensor, Tensor, list[Tensor], list[Tensor]]:
    """Coordinates from one full pass; for one expression sometimes with some of them known. Returns loss, share right and the losses of looking and of ways."""
    ids, looked, told = batch.ids, [], []
    coordinates = (ids >= prompts.loc0) & (ids <= prompts.loc0 + 1024)
    mask = coordinates
    if int(coordinates[0].sum()) == 4 and float(torch.rand(())) < 0.4:
        mask = coordinates & (torch.rand(ids.shape) < 0.6)
        mask[:, :] |= coordinates & ~mask.any(1, keepdim=True)
    aims = [chosen(a, mask | ~coordinates) for a in batch.aims or []]
    logits = model.text_logits(torch.where(mask, prompts.mask, ids), batch.seen, None, mask, aims, looked, batch.ways, told)
    want = model.send(ids[mask])
    return cross_entropy(logits, want).mean(), (logits.argmax(-1) == want).float().mean(), looked, told


def answer_loss(model: ElasticMoT, batch: Pictured, prompts: Prompts, pairs: bool) -> tuple[Tensor, Tensor, list[Tensor], list[Tensor]]:
    """One block of each answer under a complementary mask pair, or under one mask: blocks before it are written, blocks after it are all mask (PIPELINE 1.3).

    Returns loss, share right and the losses of looking and of ways.
    """
    answer, looked, told = batch.answer, [], []
    b, size = answer.shape
    used = ((answer != prompts.eos).sum(1) + BLOCK - 1) // BLOCK
    block = (torch.rand(b) * (used + (torch.rand(b) < 0.1))).long().clamp_max(size // BLOCK - 1)
    at = torch.arange(size) // BLOCK
    inside, later = at == block[:, None], at > block[:, None]
    half = torch.rand(b, size) < torch.rand(b, 1)
    # Half of the pairs show one copy the whole block as mask: that is where every answer starts.
    half |= torch.rand(b, 1) < 0.5
    half |= ~(inside & half).any(1, keepdim=True)
    masks = torch.stack([inside & half, inside & ~half] if pairs else [inside & half], 1)
    copies = torch.where(masks | later[:, None], prompts.mask, answer[:, None])
    aims = spread(batch.aims or [], batch.ids.shape[1], masks)
    logits = model.text_logits(batch.ids, batch.seen, copies, masks, aims, looked, batch.ways, told)
    want = model.send(answer[:, None].expand_as(masks)[masks])
    loss = cross_entropy(logits, want)
    # The end-of-text tokens after an answer are many and easy, so they count little in the mean. Each counts in full in the sum: one that counted less would be
    # expected less often than it comes, and the sampler, which commits what is likeliest first, would write long answers and overrule short verdicts.
    weight = torch.where(want == prompts.eos, 0.1, 1.0)
    return loss.sum() / weight.sum(), ((logits.argmax(-1) == want) * weight).sum() / weight.sum(), looked, told


def spread(aims: list[Aims], prompt: int, masks: Tensor) -> list[Aims]:
    """Aims for copies of an answer, masks bool [b,m,G]: rows of the prompt once, rows of the answer in each copy that hides them."""
    b, copies, size = masks.shape
    keep = torch.cat([torch.ones(b, prompt, dtype=torch.bool), masks.flatten(1)], 1)
    out = []
    for sample, row, targets in aims:
        each = [torch.arange(len(row))] + [(row >= prompt).nonzero()[:, 0]] * (copies - 1)
        moved = torch.cat([row[at] + i * size for i, at in enumerate(each)])
        at = torch.cat(each)
        out.append(chosen(Aims(sample[at], moved, targets[at]), keep))
    return out


def text_loss(model: ElasticMoT, batch: Pictured, prompts: Prompts, cfg: dict[str, Any], pairs: bool = True) -> tuple[Tensor, Tensor, Tensor | None]:
    """Loss (with cfg's way_weight of `way_loss`) and share right of a batch of a text task, and how badly its rows look at what they are about."""
    assert int((batch.ids == SEM).sum()) == 0 or batch.seen is not None
    if not cfg.get("way_weight"):
        batch = replace(batch, ways=None)
    loss, right, looked, told = ground_loss(model, batch, prompts) if batch.answer is None else answer_loss(model, batch, prompts, pairs)
    if told:
        loss = loss + cfg["way_weight"] * told[0]
    return loss, right, torch.stack(looked).mean() if looked else None


def group_loss(model: ElasticMoT, group: str, batch: Pictured, prompts: Prompts, cfg: dict[str, Any],
               pairs: bool) -> tuple[Tensor, Tensor | None, Tensor | None]:
    """Loss of a batch of a group (paint, edit, text), the share right of a text's, and how badly rows look at what they are about, where that is told.

    pairs: whether a text's mask has its complement beside it.
    """
    if group == "text":
        return text_loss(model, batch, prompts, cfg, pairs)
    loss, aim = (paint_loss if group == "paint" else edit_loss)(model, batch, prompts, cfg)
    return loss, None, aim
