"""Windows of chats for train-llm.ts and peft_speed.py, and the adapter that both start from.

    python bench/chat_windows.py BASE_FOLDER topical_chat.train.jsonl.gz OUT_FOLDER

Writes OUT_FOLDER/full.json (100 batches of 2 windows of up to 256 tokens), short.json (12 batches of 4, cut at 60 to 256
tokens, drawn) and init/ (rank 8, alpha 16, all seven modules). A window is the start of a session in SmolLM2's chat template,
whole messages only; trained are the answers with their <|im_end|>. Every sixth session is held out ("eval").
"""

import gzip
import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

base, sessions_file, out = sys.argv[1:4]
tokenizer = AutoTokenizer.from_pretrained(base)
SYSTEM = "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
IGNORED = -100


def encoded(text):
    return tokenizer(text, add_special_tokens=False).input_ids


def uniform(seed):
    """The generator of Numerical Recipes: the same draws in any language."""
    state = seed
    while True:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield state / 2**32


def shuffled(items, seed):
    items, draws = list(items), uniform(seed)
    for i in range(len(items) - 1, 0, -1):
        j = int(next(draws) * (i + 1))
        items[i], items[j] = items[j], items[i]
    return items


def window(messages, limit):
    ids = encoded(SYSTEM)
    labels = [IGNORED] * len(ids)
    for message in messages:
        head = encoded(f"<|im_start|>{message['role']}\n")
        content = encoded(f"{message['content']}<|im_end|>")
        if len(ids) + len(head) + len(content) + 1 > limit:
            break
        trained = content if message["role"] == "assistant" else [IGNORED] * len(content)
        ids += head + content + encoded("\n")
        labels += [IGNORED] * len(head) + trained + [IGNORED]
    return ids, labels


def windows(sessions, count, seed, limits):
    made = (
        window(session["conversation_data"]["messages"], limit)
        for session, limit in zip(shuffled(sessions, seed), limits)
    )
    trainable = (w for w in made if any(label != IGNORED for label in w[1]))
    return [w for w, _ in zip(trainable, range(count))]


def batches(list_, size):
    return [list_[i : i + size] for i in range(0, len(list_), size)]


with gzip.open(sessions_file, "rt") as file:
    numbered = list(enumerate(map(json.loads, filter(str.strip, file))))
training = [s for n, s in numbered if n % 6 != 5]
held_out = [s for n, s in numbered if n % 6 == 5]
always = [256] * len(numbered)
evaluated = windows(held_out, 48, 7, always)
full = windows(training, 200, 13, always)
short = windows(training, 48, 13, (60 + int(draw * 197) for draw in uniform(5)))
folder = Path(out)
folder.mkdir(parents=True, exist_ok=True)
(folder / "full.json").write_text(json.dumps({"train": batches(full, 2), "eval": evaluated}))
(folder / "short.json").write_text(json.dumps({"train": batches(short, 4), "eval": evaluated}))

torch.manual_seed(13)
modules = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
config = LoraConfig(r=8, lora_alpha=16, lora_dropout=0.0, target_modules=modules, task_type="CAUSAL_LM")
model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
get_peft_model(model, config).save_pretrained(folder / "init")
