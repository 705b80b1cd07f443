"""PEFT loads an adapter that Millrace wrote, and computes the same losses, token by token: see judge-adapter.ts.

    python bench/judge/judge_adapter.py BASE_FOLDER ADAPTER_FOLDER examples.json
"""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

base, adapter, path = sys.argv[1:4]
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32), adapter).eval()
with open(path) as file:
    examples = json.load(file)
worst = count = 0
with torch.no_grad():
    for example in examples:
        ids = torch.tensor([example["tokens"]])
        found = torch.nn.functional.cross_entropy(model(ids).logits[0, :-1], ids[0, 1:], reduction="none")
        worst = max(worst, (found - torch.tensor(example["losses"])).abs().max().item())
        count += len(found)
print(f"{count} tokens, largest difference of a loss {worst:.1e}")
sys.exit(worst >= 1e-4)
