"""Prompts as rows of ids, exactly as the engine writes them (PIPELINE sections 0-7, published forms with their quirks).

Rows that are not text hold a marker: SEM semantic tokens of a picture, SRC slots of a source picture, CANVAS slots of the result.
"""
from __future__ import annotations

from pathlib import Path
from typing import Sequence

from tokenizers import Tokenizer

from .tokenizer import SYSTEM

SEM, SRC, CANVAS = -200, -300, -400
PICTURE = object()
Piece = object  # str (text), list[int] (ids), or PICTURE
HISTORY = " Please also consider past generations and their feedbacks. Do not repeat these errors "
PLAN = "Please first think and plan the layout in LOC format."


class Prompts:
    """Builds the id rows of every task for one tokenizer."""

    def __init__(self, path: Path, slots: int, picture_tokens: int) -> None:
        self.tok = Tokenizer.from_file(str(path))
        self.slots, self.picture_tokens = slots, picture_tokens
        one = self.tok.token_to_id
        self.bos, self.eos, self.mask, self.eot = one("<|startoftext|>"), one("<|endoftext|>"), one("<|mdm_mask|>"), one("<|eot_id|>")
        self.start, self.end = one("<|start_header_id|>"), one("<|end_header_id|>")
        self.loc0, self.box_open, self.box_close = one("<LOC_0>"), one("<box_p>"), one("</box_p>")
        self.loc_begin, self.loc_end = one("<LOC_BEGIN>"), one("<LOC_END>")
        self.cache: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        """Ids of plain text."""
        if text not in self.cache:
            if len(self.cache) > 50_000:
                self.cache.clear()
            self.cache[text] = self.tok.encode(text, add_special_tokens=False).ids
        return self.cache[text]

    def header(self, role: str) -> list[Piece]:
        """Role header with the blank line after it."""
        return [[self.start], role, [self.end], "\n\n"]

    def turn(self, role: str, content: Sequence[Piece]) -> list[Piece]:
        """One closed turn; its content is trimmed as a whole."""
        out = list(content)
        if isinstance(out[0], str):
            out[0] = out[0].lstrip()
        if isinstance(out[-1], str):
            out[-1] = out[-1].rstrip()
        return [*self.header(role), *out, [self.eot]]

    def rows(self, pieces: Sequence[Piece], drop_after_picture: bool = True) -> list[int]:
        """Neighbouring texts are tokenised as one; the first token after a picture is left out (PIPELINE Q2)."""
        out: list[int] = []
        text, after = "", False

        def push(ids: list[int]) -> None:
            nonlocal after
            out.extend(ids[1:] if after and drop_after_picture and ids else ids)
            if ids:
                after = False

        for piece in pieces:
            if isinstance(piece, str):
                text += piece
                continue
            push(self.encode(text) if text else [])
            text = ""
            if piece is PICTURE:
                out.extend([SEM] * self.picture_tokens)
                after = True
            else:
                push(list(piece))  # type: ignore[arg-type]
        push(self.encode(text) if text else [])
        return out

    def system(self) -> list[Piece]:
        """Begin-of-text and the system turn."""
        return [[self.bos], *self.turn("system", [SYSTEM])]

    def text_task(self, content: Sequence[Piece]) -> list[int]:
        """Prompt of an answer: system, user turn, open assistant header."""
        return self.rows([*self.system(), *self.turn("user", content), *self.header("assistant")])

    def image_task(self, content: Sequence[Piece], plan: list[int]) -> list[int]:
        """Sequence of a picture, trailing header included (PIPELINE 2.3, Q1)."""
        return self.rows([*self.system(), *self.turn("user", content), *self.header("assistant"), plan, [CANVAS] * self.slots, [self.eot],
                          *self.header("assistant")])

    def paint(self, caption: str, micro: str = "", plan: list[int] = [], feedback: Sequence[str] = ()) -> list[int]:
        """Text-to-image, with replies to earlier pictures if there were any."""
        start = f"Generate an image with the caption:\n {caption} {micro}"
        if not feedback:
            return self.image_task([start], plan)
        content: list[Piece] = [f"{start} {HISTORY}"]
        for i, reply in enumerate(feedback):
            content += [f"Generation {i + 1}: ", PICTURE, f"\n Feedback {i + 1}: {reply}\n"]
        return self.image_task(content, plan)

    def edit(self, instruction: str, plan: list[int] = []) -> list[int]:
        """Edit by instruction."""
        return self.image_task([PICTURE, " ", [SRC] * self.slots, f"\n {instruction} "], plan)

    def paint_planner(self, caption: str, micro: str = "") -> list[int]:
        """Layout planner of a picture from text."""
        return self.text_task([f"Generate an image with the caption: {caption} {micro}. {PLAN}"])

    def edit_planner(self, instruction: str) -> list[int]:
        """Layout planner of an edit."""
        return self.text_task([PICTURE, f"\n{instruction}. {PLAN}"])

    def critic(self, caption: str) -> list[int]:
        """Critic of a picture."""
        return self.text_task([PICTURE, f"\nPlease evaluate this generated image based on the following prompt: {caption} Focus on text alignment and compositionality."])

    def ask(self, question: str) -> list[int]:
        """A question about a picture."""
        return self.text_task([PICTURE, f"\n{question}"])

    def caption(self) -> list[int]:
        """Dense caption."""
        return self.text_task([PICTURE, "\n Generate a dense image caption with bounding boxes in LOC format."])

    def box(self, bins: Sequence[int]) -> list[int]:
        """<LOC_BEGIN> four bins <LOC_END>."""
        return [self.loc_begin, *(self.loc0 + b for b in bins), self.loc_end]

    def named_box(self, name: str, bins: Sequence[int]) -> list[int]:
        """A box with its name in the markup of plans and captions."""
        return [self.box_open, *self.encode(f" {name} "), self.box_close, *self.box(bins)]

    def plan(self, boxes: Sequence[tuple[str, Sequence[int]]], verb: str | None = None) -> list[int]:
        """A planner's answer without its end of turn; verb for edits."""
        out = self.encode("Sure I should place the objects in the following manner " if verb is None
                          else f"Sure I should consider {verb} the objects in these locations : ")
        for i, (name, bins) in enumerate(boxes):
            out = out + (self.encode(", ") if i else []) + self.named_box(name, bins)
        return out

    def expression(self, phrase: str, bins: Sequence[int]) -> list[int]:
        """Grounding of one expression (PIPELINE 6), with the stray apostrophe of the published prompt (Q3)."""
        question = f"\n Please locate {phrase} in this image. Give bounding boxes in LOC format."
        return self.rows(["'", *self.system(), *self.turn("user", [PICTURE, question]), *self.turn("assistant", [self.box(bins)])], False)

    def dense(self, boxes: Sequence[tuple[str, Sequence[int]]]) -> list[int]:
        """Grounding of several phrases in one pass (PIPELINE 6)."""
        answer: list[Piece] = ["There are following objects in the scene. "]
        for i, (name, bins) in enumerate(boxes):
            answer += ([", "] if i else []) + [[self.box_open], f" {name} ", [self.box_close], self.box(bins)]
        question = "\n Please describe this image with dense localized caption. Give bounding boxes in LOC format."
        return self.rows([*self.system(), *self.turn("user", [PICTURE, question]), *self.turn("assistant", answer), *self.header("assistant")])
