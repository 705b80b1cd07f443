"""Writes gguf-blocks.json: random blocks of each tensor type, and what ggml's Python reference unpacks them to.

    /var/tmp/golden/bin/pip install gguf==0.19.0
    /var/tmp/golden/bin/python packages/engine/golden/gguf_blocks.py

By type: its number, `packed` (base64) and `values` (base64 of little-endian float32).
"""

import base64
import json
from pathlib import Path

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as T
from gguf.quants import dequantize

BLOCKS = 3
TYPES = [T.F32, T.F16, T.BF16, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K, T.IQ4_NL]
HALVES = {T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108],
          T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ4_NL: [0]}

random = np.random.default_rng(5)
golden = []
for kind in TYPES:
    values, size = GGML_QUANT_SIZES[kind]
    if values == 1:
        numbers = random.normal(size=16).astype(np.float32)
        if kind == T.F32:
            packed = numbers.view(np.uint8)
        elif kind == T.F16:
            packed = numbers.astype(np.float16).view(np.uint8)
        else:
            packed = (numbers.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)
        packed = packed.reshape(1, -1)
    else:
        packed = random.integers(0, 256, size=(BLOCKS, size), dtype=np.uint8)
        for at in HALVES[kind]:  # random bytes would be NaN now and then
            packed[:, at : at + 2] = random.normal(size=BLOCKS).astype(np.float16).view(np.uint8).reshape(BLOCKS, 2)
    unpacked = dequantize(packed, kind).astype("<f4").reshape(-1)
    encode = lambda array: base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    golden.append({"type": int(kind), "name": kind.name, "packed": encode(packed), "values": encode(unpacked)})
(Path(__file__).parent / "gguf-blocks.json").write_text(json.dumps(golden, indent=1) + "\n")
