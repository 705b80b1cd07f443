"""sentence-transformers on the batches of train-embedding.ts: same texts, same loss, same optimiser, dropout off.

    python bench/sentence_transformers_speed.py MODEL_FOLDER batches.json [--count 6] [--rounds 5] [--threads 2]
    python bench/sentence_transformers_speed.py MODEL_FOLDER batches.json --losses losses.json

The first form says its speed, per batch the best of all rounds after one to warm up, tokenisation included. The second
trains on all batches under the schedule of the trainer (10 % warm-up, then down to 0) and writes its losses.
Versions measured: torch 2.13.0, transformers 5.17.0, sentence-transformers 6.0.1.
"""

import argparse
import json
import os
import resource
import time

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import losses

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("batches")
parser.add_argument("--count", type=int, default=6)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--losses")
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
model = SentenceTransformer(arguments.model, device="cpu")
model.train()
model.max_seq_length = 64
for module in model.modules():
    if isinstance(module, torch.nn.Dropout):
        module.p = 0.0
    if hasattr(module, "dropout") and isinstance(module.dropout, float):
        module.dropout = 0.0
named = [(name, p) for name, p in model.named_parameters() if "pooler" not in name]
plain = ("bias", "LayerNorm")
optimizer = torch.optim.AdamW(
    [
        {"params": [p for n, p in named if not any(x in n for x in plain)], "weight_decay": 0.01},
        {"params": [p for n, p in named if any(x in n for x in plain)], "weight_decay": 0.0},
    ],
    lr=2e-5,
    eps=1e-8,
)
loss_function = losses.MultipleNegativesRankingLoss(model, scale=20.0)
tokenize = model.preprocess if hasattr(model, "preprocess") else model.tokenize
with open(arguments.batches) as file:
    batches = json.load(file)


def step(batch):
    anchors = tokenize([anchor for anchor, _ in batch])
    positives = tokenize([positive for _, positive in batch])
    optimizer.zero_grad(set_to_none=True)
    loss = loss_function([dict(anchors), dict(positives)], None)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for _, p in named], 1.0)
    optimizer.step()
    tokens = sum(int(side["attention_mask"].sum()) for side in (anchors, positives))
    return loss.item(), tokens


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
    for batch in batches:
        values.append(step(batch)[0])
        schedule.step()
    with open(path, "w") as file:
        json.dump({"losses": values}, file)
    print(f"{total} losses written")


def measure():
    timed = batches[: arguments.count]
    wall = [[] for _ in timed]
    cpu = [[] for _ in timed]
    tokens = 0
    for round_number in range(arguments.rounds + 1):
        for i, batch in enumerate(timed):
            start, used = time.perf_counter(), cpu_seconds()
            _, count = step(batch)
            if round_number == 0:
                tokens += count
            else:
                wall[i].append(time.perf_counter() - start)
                cpu[i].append(cpu_seconds() - used)
    best = sum(map(min, wall))
    print(
        f"torch {torch.__version__}, {len(timed)} batches, best of {arguments.rounds}; "
        f"{best / len(timed) * 1e3:.0f} ms a step, {sum(map(min, cpu)) / len(timed) * 1e3:.0f} ms CPU; "
        f"{tokens / best:.0f} useful tokens/s ({tokens} tokens); "
        f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB; "
        f"load {os.getloadavg()[0]:.1f}"
    )


if arguments.losses:
    write_losses(arguments.losses)
else:
    measure()
