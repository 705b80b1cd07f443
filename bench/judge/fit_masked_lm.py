"""Fits a masked language model for contextual substitution where none can be downloaded: all-MiniLM-L6-v2's encoder with a fresh head.
usage: python bench/judge/fit_masked_lm.py MINILM_FOLDER OUT_FOLDER --minutes 10 SESSIONS.jsonl.gz [MORE.jsonl.gz ...]
(torch 2.15.0, transformers 5.24.0). Reads the sessions on odd lines of the first file (the even ones are left for judging) and all of the others,
each distinct message once an epoch, alone or behind the message before it (token types 0 and 1), 20 % of the tokens masked as BERT does. Saves a
BertForMaskedLM folder and prints how often the masked word is the first, and among the first ten, on held-out messages of the same half."""
import argparse
import gzip
import json
import random
import shutil
import time
from pathlib import Path

import torch
from transformers import AutoTokenizer, BertConfig, BertForMaskedLM, BertModel

parser = argparse.ArgumentParser()
parser.add_argument("encoder")
parser.add_argument("out")
parser.add_argument("sessions", nargs="+")
parser.add_argument("--minutes", type=float, default=10, help="of processor time")
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()

torch.manual_seed(1)
torch.set_num_threads(options.threads)
random.seed(1)
tokenizer = AutoTokenizer.from_pretrained(options.encoder)
MASK, VOCABULARY, SPECIAL = tokenizer.mask_token_id, tokenizer.vocab_size, set(tokenizer.all_special_ids)


def messages():
    """(message before or none, message), each distinct message once"""
    seen = set()
    for number, path in enumerate(options.sessions):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for index, line in enumerate(lines):
                if number == 0 and index % 2 == 0:
                    continue
                before = None
                for message in json.loads(line)["conversation_data"]["messages"]:
                    text = message["content"]
                    if text not in seen:
                        seen.add(text)
                        yield before, text
                    before = text


def ids(text, most):
    return tokenizer(text, add_special_tokens=False, truncation=True, max_length=most)["input_ids"]


CLS, SEP = tokenizer.cls_token_id, tokenizer.sep_token_id
rows = [(ids(before, 48) if before else None, ids(text, 62)) for before, text in messages()]
rows = [row for row in rows if len(row[1]) >= 3]
random.shuffle(rows)
held, rows = rows[:1000], rows[1000:]
print(f"{len(rows)} messages to learn from, {len(held)} held out", flush=True)


def batch(some):
    """masked ids, types, attention, labels (-100 where nothing is asked)"""
    inputs, types, labels = [], [], []
    for before, text in some:
        pair = before is not None and random.random() < 0.3
        first = [CLS, *before, SEP] if pair else [CLS]
        whole = [*first, *text, SEP]
        kinds = ([0] * len(first) + [1] * (len(whole) - len(first))) if pair else [0] * len(whole)
        asked = [-100] * len(whole)
        masked = list(whole)
        places = [i for i in range(len(first), len(whole) - 1)]
        for i in random.sample(places, max(1, round(0.2 * len(places)))):
            asked[i] = whole[i]
            chance = random.random()
            masked[i] = MASK if chance < 0.8 else random.randrange(1000, VOCABULARY) if chance < 0.9 else whole[i]
        inputs.append(masked), types.append(kinds), labels.append(asked)
    width = max(map(len, inputs))
    pad = lambda lists, value: torch.tensor([x + [value] * (width - len(x)) for x in lists])
    attention = pad([[1] * len(x) for x in inputs], 0)
    return dict(input_ids=pad(inputs, 0), token_type_ids=pad(types, 0), attention_mask=attention), pad(labels, -100)


config = BertConfig.from_pretrained(options.encoder)
model = BertForMaskedLM(config)
model.bert.load_state_dict(BertModel.from_pretrained(options.encoder, add_pooling_layer=False).state_dict())
model.tie_weights()
head = model.cls.predictions
torch.nn.init.eye_(head.transform.dense.weight)
counts = torch.ones(VOCABULARY)
for _, text in rows:
    for token in text:
        counts[token] += 1
head.bias.data.copy_(torch.log(counts / counts.sum()))  # how frequent words are: the head need not learn it

# the word table stays: words that these messages have not keep their place among those that they have. So do two layers, for speed
for fixed in (model.bert.embeddings, *model.bert.encoder.layer[:2]):
    fixed.requires_grad_(False)
own = [p for n, p in model.named_parameters() if n.startswith("cls.") and p.requires_grad]
encoder = [p for n, p in model.named_parameters() if n.startswith("bert.encoder.") and p.requires_grad]
optimizer = torch.optim.AdamW([dict(params=own, lr=1e-3), dict(params=encoder, lr=3e-4)], weight_decay=0.01)
rates = [group["lr"] for group in optimizer.param_groups]


def logits_of(features, labels):
    states = model.bert(**features)[0]
    asked = labels >= 0
    return model.cls(states[asked]), labels[asked]


step = 0


def judge():
    model.eval()
    random.seed(2)
    first = ten = total = 0
    loss = 0.0
    with torch.no_grad():
        for i in range(0, len(held), 100):
            logits, labels = logits_of(*batch(held[i : i + 100]))
            loss += torch.nn.functional.cross_entropy(logits, labels, reduction="sum").item()
            best = logits.topk(10).indices
            first += (best[:, 0] == labels).sum().item()
            ten += (best == labels[:, None]).any(1).sum().item()
            total += len(labels)
    model.train()
    random.seed(step)
    return f"loss {loss / total:.3f}, first {first / total:.3f}, among ten {ten / total:.3f} of {total}"


model.train()
for module in model.modules():
    if isinstance(module, torch.nn.Dropout):
        module.p = 0.0
began = time.process_time()
seen = 0
done = False
while not done:
    random.shuffle(rows)
    chunk = options.batch * 50
    for start in range(0, len(rows), chunk):
        near = sorted(rows[start : start + chunk], key=lambda row: len(row[1]))
        groups = [near[i : i + options.batch] for i in range(0, len(near), options.batch)]
        random.shuffle(groups)
        for group in groups:
            share = (time.process_time() - began) / (60 * options.minutes)
            if share >= 1:
                done = True
                break
            for target, rate in zip(optimizer.param_groups, rates):
                target["lr"] = rate * min(1.0, (step + 1) / 100, 1 - share + 0.01)
            logits, labels = logits_of(*batch(group))
            loss = torch.nn.functional.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            seen += len(group)
            if step % 50 == 0:
                print(f"step {step}, {seen} texts, {time.process_time() - began:.0f} s, loss {loss.item():.3f}; held out: {judge()}", flush=True)
        if done:
            break

out = Path(options.out)
out.mkdir(parents=True, exist_ok=True)
print(f"step {step}, {seen} texts; held out: {judge()}")
model.save_pretrained(out)
for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
    if (Path(options.encoder) / name).exists():
        shutil.copy(Path(options.encoder) / name, out / name)
