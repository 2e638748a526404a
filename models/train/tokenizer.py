"""Byte-level BPE with the official special-token names and chat template (PIPELINE 0.1)."""
from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from .edits import sample_edit
from .language import asked_of, complaint, counted, critique, describe, luminance_text, phrase, question, referring
from .world import OTHER_WAY, SIZE_WORDS, World

SYSTEM = ("You are a helpful language and vision assistant. You are able to understand the visual content that the user provides, "
          "and assist the user with a variety of tasks using natural language.")
# Words that came into the world after its first tokenizer, and which way something faces, each one token in a reserved one's place: a bundle made before them goes on without new rows.
TURNED = {f" {verb} {way}": way for verb in ("facing", "face") for way in OTHER_WAY}
LATER = [*dict.fromkeys(f" {word}" for words in SIZE_WORDS.values() for word in words), " front", " behind", *TURNED]
RESERVED = dict(zip(LATER, (f"<|reserved_token_{i}|>" for i in (10, 11, 12, 13, 14, 15, 9, 8, 0, 1, 2, 3))))
# How an answer begins: every other colour was one token there, and the sampler, which commits an answer's end first, wrote "gra". A merge and not an
# added token, which would be found in " gray" too. Reserved tokens 5 to 7 have uses of their own.
MERGED, MERGED_RESERVED = ("gra", "y"), "<|reserved_token_4|>"
SPECIAL = (["<|startoftext|>", "<|endoftext|>", "[CLS]", "[gMASK]"] + [f"<|reserved_token_{i}|>" for i in range(16)]
           + ["<|mdm_mask|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
           + [f"<LOC_{i}>" for i in range(1025)] + ["<box_p>", "</box_p>", "<LOC_BEGIN>", "<LOC_END>"])
CHAT_TEMPLATE = ("{{ '<|startoftext|>' }}{% for message in messages %}{% if message['content'] %}"
                 "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}"
                 "{% endif %}{% endfor %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}")
# Fixed sentences of the prompts and openings of the answers (PIPELINE 0.1, 2-7). Each is one token of this tokenizer: the same
# text as the published prompts, at a third of the positions, which is what a small model on a small machine can afford.
PHRASES = [
    SYSTEM, "Generate an image with the caption:", "Please first think and plan the layout in LOC format.",
    "Please evaluate this generated image based on the following prompt:", "Focus on text alignment and compositionality.",
    "Please also consider past generations and their feedbacks. Do not repeat these errors",
    "in this image. Give bounding boxes in LOC format.",
    "Please describe this image with dense localized caption. Give bounding boxes in LOC format.",
    "There are following objects in the scene.", "Generate a dense image caption with bounding boxes in LOC format.",
    "Sure I should place the objects in the following manner", "the objects in these locations :",
    "This image is correct.", "This image is incorrect. There should be", "\n\n",
]
OTHERS = [
    "system", "user", "assistant", "Sure", "There", "Yes", "No", "A", "An", " Please locate", "Sure I should consider adding", " removing",
    " replacing", " adjusting", " edit", " only", "Remove", "Replace", "Generation 1:", "Generation 2:", "Feedback 1:", "Feedback 2:",
    "ORIGINAL WIDTH : 1024; ORIGINAL HEIGHT : 1024; TOP : 0; LEFT : 0; SCORE : 7.110; HPS : 3.221;",
    "Please also perform detailed reasoning for this problem and provide detailed reasoning traces.",
]


def sentences(recipe: dict[str, Any]) -> list[str]:
    """A sample of what is said about scenes in training."""
    cfg = recipe["tokenizer"]
    world = World(recipe["world"], cfg["seed"])
    rng = random.Random(cfg["seed"])
    out: list[str] = []
    for _ in range(cfg["scenes"]):
        scene = world.draw()
        edit = sample_edit(world, scene, held_out=True)
        out += [" " + describe(scene, rng), " " + describe(edit.target, rng, plain=True), " " + edit.instruction]
        out += [" " + critique(complaint(edit.target, scene)), luminance_text(rng.random(), rng.random())]
        for item in scene.items:
            which = referring(scene, item, world.full, rng)
            out += [f" {phrase(item.name, item.color)} "] + ([f" {which} "] if which else [])
        asked = question(scene, world, rng, rng.choice(asked_of(world.spec)))
        if asked:
            out += ["\n" + asked[0], asked[1]]
    return out + [" " + counted(n, c, k) for n in world.objects for c in [None, *world.colors] for k in (1, 2, 3, 4)]


def train_tokenizer(recipe: dict[str, Any], work: Path) -> None:
    """Train on what training says; leaves WORK/tokenizer.json. The tokenizer adds no BOS by itself."""
    path = work / "tokenizer.json"
    if path.exists():
        return
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(sentences(recipe) + OTHERS * 200, trainers.BpeTrainer(
        vocab_size=recipe["tokenizer"]["merges_vocab"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, min_frequency=2))
    tok.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIAL])
    tok.add_tokens([AddedToken(s, special=False, normalized=False) for s in PHRASES])
    tok.save(str(path))
    give_later_words(path)


def give_later_words(path: Path) -> dict[str, int]:
    """Write those of LATER, and what MERGED makes, that a tokenizer.json has not yet over reserved tokens; returns their ids."""
    told = json.loads(path.read_text())
    added, vocab = {t["content"]: t for t in told["added_tokens"]}, told["model"]["vocab"]
    ids = {word: added[name]["id"] for word, name in RESERVED.items() if word not in added}
    for word in ids:
        added[RESERVED[word]] |= {"content": word, "special": False}
        if RESERVED[word] in vocab:
            vocab[word] = vocab.pop(RESERVED[word])
    word = "".join(MERGED)
    if word not in vocab and all(part in vocab for part in MERGED):
        place = added[MERGED_RESERVED]
        told["added_tokens"].remove(place)
        # Added tokens are numbered from the vocabulary's end on when a tokenizer is read: those before the new word must stand in the vocabulary, too.
        vocab |= {token["content"]: token["id"] for token in told["added_tokens"] if token["id"] < place["id"]}
        ids[word] = vocab[word] = place["id"]
        told["model"]["merges"].append(list(MERGED))
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2))
    read = Tokenizer.from_file(str(path))
    assert all(read.token_to_id(token["content"]) == token["id"] for token in told["added_tokens"])
    return ids


def tokenizer_config(max_length: int) -> dict[str, Any]:
    """tokenizer_config.json with template and special tokens."""
    return {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>", "cls_token": "[CLS]", "mask_token": "<|mdm_mask|>", "add_bos_token": False, "add_eos_token": False,
            "clean_up_tokenization_spaces": False, "model_max_length": max_length, "padding_side": "right", "chat_template": CHAT_TEMPLATE}
