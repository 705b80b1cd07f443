"""transformers + PEFT on the windows of train-llm.ts: same base, same first adapter, same optimiser.

    python bench/peft_speed.py BASE_FOLDER windows.json INIT_ADAPTER [--count 3] [--rounds 5] [--threads 2]
    python bench/peft_speed.py BASE_FOLDER windows.json INIT_ADAPTER --losses losses.json [--steps N]

The first form says its speed, per batch the best of all rounds after one to warm up. The second trains on all batches
under the schedule of the trainer (10 % warm-up, then down to 0) and writes its losses, and the held-out loss after.
Logits are computed of trained tokens only, as the engine does: plain `labels=` computes all and is slower.
Versions measured: torch 2.15.0, transformers 5.24.0, peft 0.21.2.
"""

import argparse
import json
import os
import resource
import time

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("base")
parser.add_argument("windows")
parser.add_argument("adapter")
parser.add_argument("--count", type=int, default=3)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--losses")
parser.add_argument("--steps", type=int)
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
base = AutoModelForCausalLM.from_pretrained(arguments.base, dtype=torch.float32)
base.config.use_cache = False
model = PeftModel.from_pretrained(base, arguments.adapter, is_trainable=True).train()
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=2e-4, weight_decay=0.0)
with open(arguments.windows) as file:
    windows = json.load(file)
batches = windows["train"]


def padded(batch):
    longest = max(len(ids) for ids, _ in batch)

    def fill(rows, value):
        return torch.tensor([row + [value] * (longest - len(row)) for row in rows])

    ids = fill([ids for ids, _ in batch], 2)
    mask = fill([[1] * len(ids) for ids, _ in batch], 0)
    return ids, mask, fill([labels for _, labels in batch], -100)


def losses_of(batch, reduction):
    ids, mask, labels = padded(batch)
    states = model.base_model.model.model(input_ids=ids, attention_mask=mask).last_hidden_state[:, :-1]
    wanted = labels[:, 1:]
    is_trained = wanted != -100
    logits = model.base_model.model.lm_head(states[is_trained])
    return torch.nn.functional.cross_entropy(logits, wanted[is_trained], reduction=reduction), int(mask.sum())


def step(batch):
    loss, tokens = losses_of(batch, "mean")
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimizer.step()
    return loss.item(), tokens


def held_out():
    model.eval()
    total = count = 0
    with torch.no_grad():
        for window in windows["eval"]:
            losses, _ = losses_of([window], "none")
            total += losses.sum().item()
            count += len(losses)
    return total / count


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def write_losses(path):
    total = len(batches)
    warmup = max(1, int(total * 0.1))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda s: (s + 1) / warmup if s < warmup else max(0.0, (total - s) / max(1, total - warmup)),
    )
    values = []
    for batch in batches[: arguments.steps]:
        values.append(step(batch)[0])
        schedule.step()
    after = held_out()
    with open(path, "w") as file:
        json.dump({"losses": values, "held_out": after}, file)
    print(f"{len(values)} losses written, held-out loss {after:.5f}")


def measure():
    timed = batches[: arguments.count]
    wall = [[] for _ in timed]
    cpu = [[] for _ in timed]
    tokens = 0
    for round_ in range(arguments.rounds + 1):
        for i, batch in enumerate(timed):
            start, used = time.perf_counter(), cpu_seconds()
            _, count = step(batch)
            if round_ == 0:
                tokens += count
                continue
            wall[i].append(time.perf_counter() - start)
            cpu[i].append(cpu_seconds() - used)
    best = sum(map(min, wall))
    print(
        f"torch {torch.__version__} + PEFT, {len(timed)} batches, best of {arguments.rounds}: "
        f"{best / len(timed) * 1e3:.0f} ms a step, {sum(map(min, cpu)) / len(timed) * 1e3:.0f} ms CPU; "
        f"{tokens / best:.0f} useful tokens/s ({tokens} tokens); "
        f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB; load {os.getloadavg()[0]:.1f}"
    )


write_losses(arguments.losses) if arguments.losses else measure()
