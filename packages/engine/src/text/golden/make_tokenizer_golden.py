"""Token ids of odd texts by Hugging Face's own tokenizers, for tokenizer.golden.test.ts to compare with.

    python make_tokenizer_golden.py MODEL_FOLDER > tokenizer.json      (needs: tokenizers)
"""
import json
import sys

import tokenizers

TEXTS = [
    "", " ", "\n\t \r\n", "Hello, world!", "The quick brown fox jumps over the lazy dog.",
    "Ünïcödé àccénts and ﬁgure ligatures", "e\u0301 combining, \u00e9 composed", "İstanbul ıspanak ẞ ß",
    "日本語のテキスト", "中文没有空格", "한국어 텍스트", "हिन्दी पाठ", "العربية ונקודות", "ไทยไม่มีช่องว่าง",
    "emoji 😀👩‍👩‍👧‍👦🏳️‍🌈 and ☃", "mixed 中english文 text", "don't you'll it's O'Neill",
    "a@b.example and https://example.com/a?b=c#d", "1234567890 3.14159 1,000,000 ½ ²", "$99.99 €5 £3 ¥100 + 5% = ?",
    "snake_case camelCase kebab-case path/to/file.ts", "```js\nconst x = {a: [1, 2]};\n```",
    "[SEP]", "[CLS] hello [MASK] world [SEP] [PAD] [UNK]", "[sep] [Sep]", "x[SEP]y", "<|im_end|> [INST] <s>",
    "nul\u0000in the middle", "bell\u0007 escape\u001b[31m red", "soft\u00adhyphen zero\u200bwidth\u200djoiner bom\ufeff",
    "\u2028line\u2029separators\u0085", "non\u00a0breaking\u3000ideographic space", "replacement \ufffd character",
    "private \ue000 use", "supplementary 𝒜𝓫𝔠 𠀀 text", "…—–“quotes”‘single’„low“", "repeat " * 40,
    "a" * 99, "a" * 100, "a" * 101, "a" * 150 + " short", "pneumonoultramicroscopicsilicovolcanoconiosis",
    "tab\tseparated\tvalues", "ALL CAPS SHOUTING", "  leading and trailing  ", "....!!!???", "(((nested)))",
    "word" + "\u0301" * 12, "\u0301leading mark", "ǅ ǆ Ǆ", "ﷺ", "①②③ ⅷ ℃", "~`|\\^<>", "no-break‑hyphen‒figure",
]
MAX_TOKENS = 32

tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
tokenizer.no_padding()
tokenizer.encode_special_tokens = True  # what people type is text

tokenizer.no_truncation()
whole = [tokenizer.encode(text).ids for text in TEXTS]
tokenizer.enable_truncation(MAX_TOKENS)
cut = [tokenizer.encode(text).ids for text in TEXTS]

json.dump(
    {
        "made_by": f"tokenizers {tokenizers.__version__}",
        "max_tokens": MAX_TOKENS,
        "cases": [
            {"text": text, "count": len(ids), "ids": short}
            for text, ids, short in zip(TEXTS, whole, cut)
        ],
    },
    sys.stdout,
)
print()
