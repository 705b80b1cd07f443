"""Opens a folder of `millrace export` as a user would, and holds it against its manifest: pip install datasets, then
python packages/cli/python/check_export.py FOLDER"""

import json
import sys
import tempfile
from pathlib import Path

from datasets import load_dataset

folder = Path(sys.argv[1])
manifest = json.loads((folder / "manifest.json").read_text())
with tempfile.TemporaryDirectory() as cache:
    dataset = load_dataset(str(folder), cache_dir=cache)
    rows = {split: len(part) for split, part in dataset.items()}
    told = {name.split(".")[0]: file["rows"] for name, file in manifest["files"].items()}
    assert rows == told, (rows, told)
    ids = {}
    for split, part in dataset.items():
        facts = [row.get("metadata", row) for row in part]
        assert all(fact["side"] == split for fact in facts), split
        ids[split] = {fact["id"] for fact in facts}
        assert len(ids[split]) == len(part), f"{split}: an example stands twice"
    assert not ids.get("train", set()) & ids.get("holdout", set())
    first = next(iter(dataset.values()))
    if manifest["format"] in ("jsonl", "parquet") and manifest["kind"] == "pair":
        pairs = first.select_columns(["anchor", "positive"])
        assert all(isinstance(text, str) for text in pairs[0].values())
    print(manifest["format"], manifest["kind"], rows, first.features)
