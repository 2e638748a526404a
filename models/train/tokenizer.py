"""Byte-level BPE with the official special-token names, the chat template and the text-to-image sequence (PIPELINE 0.1, 2.3)."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from .world import World

SYSTEM = ("You are a helpful language and vision assistant. You are able to understand the visual content that the user provides, "
          "and assist the user with a variety of tasks using natural language.")
T2I = "Generate an image with the caption:"
SPECIAL = (["<|startoftext|>", "<|endoftext|>", "[CLS]", "[gMASK]"] + [f"<|reserved_token_{i}|>" for i in range(16)]
           + ["<|mdm_mask|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
           + [f"<LOC_{i}>" for i in range(1025)] + ["<box_p>", "</box_p>", "<LOC_BEGIN>", "<LOC_END>"])
CANVAS = "<|reserved_token_5|>"
CHAT_TEMPLATE = ("{{ '<|startoftext|>' }}{% for message in messages %}{% if message['content'] %}"
                 "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}"
                 "{% endif %}{% endfor %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}")
# Sentences of the other tasks (PIPELINE 1, 3-7), so that later bundles keep sensible merges for them.
TASKS = [
    "{c}. Please first think and plan the layout in LOC format.", "Sure I should place the objects in the following manner",
    "Please evaluate this generated image based on the following prompt: {c} Focus on text alignment and compositionality.",
    "This image is correct", "This image is incorrect. There should be three {n}, but only two exists in image.",
    "Please also consider past generations and their feedbacks. Do not repeat these errors Generation 1: \n Feedback 1:",
    "Sure I should consider adding the objects in these locations :", "removing", "replacing", "adjusting",
    "\n Please locate {n} in this image. Give bounding boxes in LOC format.",
    "\n Please describe this image with dense localized caption. Give bounding boxes in LOC format.",
    "There are following objects in the scene. ", "\n Generate a dense image caption with bounding boxes in LOC format.",
    "ORIGINAL WIDTH : 1024; ORIGINAL HEIGHT : 1024; TOP : 0; LEFT : 0; LUMINANCE : 0.414; CONTRAST : 0.453; SCORE : 7.110; HPS : 3.221;",
    "Answer the question using a single word or phrase.", "What color is the {n}?", "How many {n}s are there?", "Is there a {n}? Yes No",
    "Remove the {n}.", "Replace the {n} with a dog.", "Add a {n} to the left.", "Make the {n} blue.",
]


def train_tokenizer(recipe: dict[str, Any], work: Path) -> None:
    """Train on captions and task sentences; leaves WORK/tokenizer.json. The tokenizer adds no BOS by itself."""
    path, cfg = work / "tokenizer.json", recipe["tokenizer"]
    if path.exists():
        return
    names = json.loads((Path(__file__).parent / "sprites" / "sheet.json").read_text())["names"]
    world = World(recipe["world"], cfg["seed"])
    text: list[str] = [" " + world.sample().caption for _ in range(cfg["captions"])]
    for name in names:
        for task in TASKS:
            text += [task.replace("{n}", name).replace("{c}", f"a photo of a {name}")] * 5
    text += [f" a photo of a {c} {n}" for n in names for c in ("orange", "brown", "red")] * 3
    text += ["system", "user", "assistant", "Sure", "Generate", "This", "There", "Yes", "No", "A", "An"] * 200
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(text, trainers.BpeTrainer(
        vocab_size=cfg["merges_vocab"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, min_frequency=2))
    tok.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIAL])
    # The two fixed sentences of every image request are one token each: same text, a third fewer positions.
    tok.add_tokens([AddedToken(s, special=False, normalized=False) for s in (SYSTEM, T2I)])
    tok.save(str(path))


def tokenizer_config(max_length: int) -> dict[str, Any]:
    """tokenizer_config.json with template and special tokens."""
    return {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>", "cls_token": "[CLS]", "mask_token": "<|mdm_mask|>", "add_bos_token": False, "add_eos_token": False,
            "clean_up_tokenization_spaces": False, "model_max_length": max_length, "padding_side": "right", "chat_template": CHAT_TEMPLATE}


def chat(user: str, assistant: str | None) -> str:
    """The template of PIPELINE 0.1 written out."""
    out = "<|startoftext|>"
    for role, content in (("system", SYSTEM), ("user", user), ("assistant", assistant)):
        if content:
            out += f"<|start_header_id|>{role}<|end_header_id|>\n\n{content.strip()}<|eot_id|>"
    return out + "<|start_header_id|>assistant<|end_header_id|>\n\n"


class T2ITokens:
    """Builds the id sequence of a text-to-image request: head (up to the canvas), canvas, tail."""

    def __init__(self, path: Path, slots: int) -> None:
        self.tok = Tokenizer.from_file(str(path))
        self.slots = slots
        self.canvas, self.eot, self.mask = (self.tok.token_to_id(t) for t in (CANVAS, "<|eot_id|>", "<|mdm_mask|>"))

    def __call__(self, caption: str) -> tuple[list[int], list[int], int]:
        """Caption -> (head ids, tail ids, number of prompt positions up to and including the second eot)."""
        ids = self.full(caption)
        start = ids.index(self.canvas)
        head, tail = ids[:start], ids[start + self.slots:]
        eots = [i for i, t in enumerate(ids) if t == self.eot]
        assert len(eots) == 3 and ids.count(self.canvas) == self.slots and self.canvas not in tail
        return head, tail, eots[1] + 1

    def full(self, caption: str) -> list[int]:
        """The whole sequence, canvas slots included."""
        return self.tok.encode(chat(f"{T2I}\n {caption}", CANVAS * self.slots), add_special_tokens=False).ids
