"""Writes smol-lm.json: what PyTorch, transformers and PEFT make of SmolLM2-135M-Instruct.

    /var/tmp/golden/bin/python packages/engine/golden/smol_lm.py MODEL_FOLDER GGUF_FILE

MODEL_FOLDER is the folder that `millrace models pull smollm2` brings, GGUF_FILE the file in its wheel, which transformers
reads by itself: so the logits judge our unpacking, too. Packages as in tiny_llama.py, and gguf==0.19.0, accelerate.
Contents: logits of one chat at every third position for every 331st word; greedy tokens; of an adapter made of sines
(`sines` below) the losses and norms of three steps of AdamW (lr 2e-4, no decay, clip at 1.0), and 16 numbers of some
gradients beside the largest of that tensor. Then `pnpm exec biome check --write packages/engine/golden`.
"""

import json
import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

torch.set_num_threads(2)
folder, gguf = sys.argv[1], Path(sys.argv[2])
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32).eval()
stored = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).state_dict()
assert all(torch.equal(stored[name], tensor) for name, tensor in model.state_dict().items())

messages = [{"role": "user", "content": "What is the capital of France? Answer in one sentence."}]
prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=True, return_tensors="pt")
answer = model.generate(**prompt, max_new_tokens=12, do_sample=False, pad_token_id=2)[0, prompt["input_ids"].shape[1] :]
chat = prompt["input_ids"][0].tolist() + answer.tolist()
with torch.no_grad():
    logits = model(torch.tensor([chat])).logits[0]


def example(user, reply):
    text = f"<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"
    before = tokenizer(text, add_special_tokens=False).input_ids
    after = tokenizer(f"{reply}<|im_end|>", add_special_tokens=False).input_ids
    return {"tokens": before + after, "weights": [0] * len(before) + [1] * len(after)}


examples = [
    example("Where is my order? It should have come on Monday.", "It left the warehouse this morning, sorry!"),
    example("hi", "Hello! What can I do for you today?"),
]
names = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
peft = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules=names, task_type="CAUSAL_LM"))
trained = sorted((n.replace(".default.", "."), p) for n, p in peft.named_parameters() if p.requires_grad)


def sines(number, shape, scale):
    index = torch.arange(shape[0] * shape[1], dtype=torch.float64)
    return (torch.sin(0.7 * index + number) * scale).reshape(shape).float()


for number, (name, parameter) in enumerate(trained):
    scale = parameter.shape[1] ** -0.5 if "lora_A" in name else 0.01
    parameter.data = sines(number, parameter.shape, scale)

total = sum(sum(e["weights"]) for e in examples)
optimizer = torch.optim.AdamW([p for _, p in trained], lr=2e-4, weight_decay=0.0)
losses, norms, gradients = [], [], []
for step in range(3):
    optimizer.zero_grad(set_to_none=True)
    loss = torch.zeros(())
    for e in examples:
        nll = torch.nn.functional.cross_entropy(
            peft(torch.tensor([e["tokens"]])).logits[0, :-1], torch.tensor(e["tokens"][1:]), reduction="none"
        )
        loss = loss + (nll * torch.tensor(e["weights"][1:])).sum()
    loss = loss / total
    loss.backward()
    if step == 0:
        for name, parameter in trained[::29]:
            flat = parameter.grad.reshape(-1)
            picked = flat[:: max(1, len(flat) // 16)][:16].tolist()
            gradients.append({"name": name, "picked": picked, "largest": flat.abs().max().item()})
    norms.append(torch.nn.utils.clip_grad_norm_([p for _, p in trained], 1.0).item())
    losses.append(loss.item())
    optimizer.step()

golden = {
    "prompt": prompt["input_ids"][0].tolist(),
    "answer": answer.tolist(),
    "logits": logits[::3, ::331].tolist(),
    "examples": examples,
    "losses": losses,
    "norms": norms,
    "gradients": gradients,
}
(Path(__file__).parent / "smol-lm.json").write_text(json.dumps(golden) + "\n")
print(tokenizer.decode(answer), losses, norms)
