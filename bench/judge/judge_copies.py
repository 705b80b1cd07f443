"""Judges copies by a checker that shares nothing with this product: ../shared/peers/pc.py, `changed(original, copy)`.
usage: node bench/augment-lexical.ts SESSIONS.jsonl.gz --all --messages 1000000 --pairs pairs.jsonl; python bench/judge/judge_copies.py pairs.jsonl
Prints copies and damaged ones per technique, up to 20 of these; exit 1 when one is damaged."""
import collections
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "shared" / "peers"))
import pc

copies, damaged = collections.Counter(), collections.Counter()
for line in open(sys.argv[1], encoding="utf-8"):
    technique, original, copy, *_ = json.loads(line)
    copies[technique] += 1
    kinds = pc.changed(original, copy)
    if kinds:
        damaged[technique] += 1
        if sum(damaged.values()) <= 20:
            print(technique, kinds, "\n  ", original[:300], "\n  ", copy[:300])
print(json.dumps({"copies": copies, "damaged": damaged}))
sys.exit(1 if damaged else 0)
