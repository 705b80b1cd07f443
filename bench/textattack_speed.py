"""TextAttack's WordNet augmenter and nlpaug's, beside ours: records a CPU second, and copies that pc.py (../shared/peers) calls damaged.
usage: python bench/textattack_speed.py MESSAGES.json [--seed 7]; NLTK_DATA has WordNet and a tagger. `--write N` writes the distinct ones of N messages (pc.prot_sample) as MESSAGES.json
and as MESSAGES.jsonl.gz, one session, for `node bench/augment-lexical.ts`.
TextAttack 0.3.10 and nlpaug 1.1.11 installed with --no-deps on torch and transformers below 5; BASELINE.md says what else."""
import argparse
import gzip
import json
import pathlib
import random
import sys
import time
import warnings

warnings.filterwarnings("ignore")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "shared" / "peers"))
import pc

arguments = argparse.ArgumentParser()
arguments.add_argument("messages")
arguments.add_argument("--write", type=int)
arguments.add_argument("--seed", type=int, default=7)
given = arguments.parse_args()
if given.write:
    texts = list(dict.fromkeys(pc.prot_sample(given.write)))
    json.dump(texts, open(given.messages, "w"))
    messages = [{"role": "user", "content": text} for text in texts]
    with gzip.open(given.messages + "l.gz", "wt") as file:
        file.write(json.dumps({"conversation_data": {"messages": messages}}) + "\n")
    sys.exit()

import nltk
import numpy

nltk.download = lambda *_, **__: True
import nlpaug.augmenter.word as nlpaug
import textattack.augmentation as textattack

texts = json.load(open(given.messages))
augmenters = {
    "textattack, WordNet": textattack.WordNetAugmenter(),
    "nlpaug, WordNet": nlpaug.SynonymAug(aug_src="wordnet"),
    "nlpaug, delete": nlpaug.RandomWordAug(action="delete"),
}
for name, augmenter in augmenters.items():
    random.seed(given.seed)
    numpy.random.seed(given.seed)
    for text in texts[:20]:
        augmenter.augment(text)
    pairs, failed = [], 0
    wall, cpu = time.perf_counter(), time.process_time()
    for text in texts:
        try:
            pairs.extend((text, copy) for copy in augmenter.augment(text) if copy != text)
        except Exception:
            failed += 1
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    damaged = sum(bool(pc.changed(*pair)) for pair in pairs)
    print(json.dumps({
        "augmenter": name, "messages": len(texts), "copies": len(pairs), "failed": failed,
        "messages_per_cpu_second": round(len(texts) / cpu, 1), "messages_per_second": round(len(texts) / wall, 1),
        "copies_per_cpu_second": round(len(pairs) / cpu, 1), "damaged": damaged,
    }), flush=True)
