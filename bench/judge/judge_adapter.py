"""PEFT loads an adapter that Millrace wrote, and computes the same losses, token by token: see judge-adapter.ts.

    python bench/judge/judge_adapter.py BASE_FOLDER ADAPTER_FOLDER examples.json
"""

import json
import pathlib
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

base, adapter, path = sys.argv[1:4]
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), adapter).eval()
with open(path) as file:
    examples = json.load(file)
worst = count = furthest = highest = 0
with torch.no_grad():
    for i, example in enumerate(examples):
        ids = torch.tensor([example["tokens"]])
        logits = model(ids).logits[0]
        found = torch.nn.functional.cross_entropy(logits[:-1], ids[0, 1:], reduction="none")
        ours = torch.from_file(f"{pathlib.Path(path).parent}/logits-{i}.f32", size=logits.numel()).reshape(logits.shape)
        furthest = max(furthest, (ours - logits).abs().max().item())
        highest = max(highest, logits.abs().max().item())
        worst = max(worst, (found - torch.tensor(example["losses"])).abs().max().item())
        count += len(found)
print(f"{count} tokens, largest difference of a loss {worst:.1e}, of a logit {furthest:.1e} (of up to {highest:.0f})")
sys.exit(worst >= 1e-4 or furthest >= 1e-4)
