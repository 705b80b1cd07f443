"""Assistant masks of three chat templates by transformers, for chat-mask.golden.test.ts to compare with.

    python make_chat_masks.py FOLDER       (needs: transformers, tokenizers; writes tokenizer.json and chat-masks.json)

Each template stands here twice: as models ship it, and with the generation tags that transformers derives its mask from
(return_assistant_tokens_mask). The script checks that both render the same text.
"""
import json
import os
import sys

import tokenizers
from tokenizers import AddedToken, decoders, models, pre_tokenizers, trainers
import transformers

SMOLLM2_HEAD = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>
' }}{% endif %}"""
SMOLLM2_TAIL = """{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}"""
INST_HEAD = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}
{% set system = messages[0]['content'] %}
{% set rest = messages[1:] %}
{% else %}
{% set system = '' %}
{% set rest = messages %}
{% endif %}
{% for message in rest %}
{% if message['role'] == 'user' %}
{{ '[INST] ' + (('<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n') if loop.first and system else '') + message['content'].strip() + ' [/INST]' }}{% elif message['role'] == 'tool' %}
{{ '[TOOL_RESULTS] ' + message['content'] + ' [/TOOL_RESULTS]' }}{% elif message['role'] == 'assistant' %}
"""
INST_TAIL = """{% else %}
{{ raise_exception('Only user, assistant and tool turns are read') }}{% endif %}
{% endfor %}"""
TEMPLATES = {
    # as SmolLM2-135M-Instruct has it: a system turn is put before a chat that has none
    "smollm2": {
        "bos_token": "<|im_start|>",
        "eos_token": "<|im_end|>",
        "stock": SMOLLM2_HEAD + """{{'<|im_start|>' + message['role'] + '
' + message['content'] + '<|im_end|>' + '
'}}""" + SMOLLM2_TAIL,
        "tagged": SMOLLM2_HEAD + """{{'<|im_start|>' + message['role'] + '
'}}{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|im_end|>' }}{% endgeneration %}{% else %}{{ message['content'] + '<|im_end|>' }}{% endif %}{{ '
'}}""" + SMOLLM2_TAIL,
    },
    # block tags on lines of their own, texts trimmed, no system turn by itself
    "chatml": {
        "bos_token": None,
        "eos_token": "<|im_end|>",
        "stock": """{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' }}
    {{- message.content | trim }}
    {{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
""",
        "tagged": """{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' }}
    {%- if message.role == 'assistant' %}
        {%- generation %}
        {{- message.content | trim }}
        {{- '<|im_end|>' }}
        {%- endgeneration %}
        {{- '\\n' }}
    {%- else %}
    {{- message.content | trim }}
    {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
""",
    },
    # the system turn goes into the first question, an answer ends with the end of the text
    "inst": {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "stock": INST_HEAD + """{{ ' ' + message['content'].strip() + ' ' + eos_token }}""" + INST_TAIL,
        "tagged": INST_HEAD
        + """{{ ' ' }}{% generation %}{{ message['content'].strip() + ' ' + eos_token }}{% endgeneration %}"""
        + INST_TAIL,
    },
}


def chat(*turns):
    names = {"s": "system", "u": "user", "a": "assistant", "t": "tool"}
    return [{"role": names[t[0]], "content": t[1]} for t in turns]


LONG = chat(
    ("s", "Answer in one line."),
    ("u", "The kettle leaks when it boils, what can I do about that?"),
    ("a", "Look at the seal under the lid, it wears out first."),
    ("u", "The seal looks fine to me, and it drips at the spout."),
    ("a", "Then lime holds the valve open: boil it once with vinegar."),
    ("u", "Done, it helped for a day and then it came back again."),
    ("a", "So the valve is bent and has to be replaced."),
    ("u", "Where do I get one?"),
    ("a", "Any hardware shop has them, take the old one along."),
)
CASES = {
    "plain": chat(("u", "Where is the hose?"), ("a", "Behind the shed."), ("u", "And the tap?"), ("a", "Under the window.")),
    "system": chat(("s", "Answer briefly."), ("u", "Where is the hose?"), ("a", "Behind the shed.")),
    "assistant_first": chat(("a", "Hello, how can I help?"), ("u", "My lamp flickers."), ("a", "Which bulb is in it?")),
    "tool": chat(("u", "Is it open?"), ("a", "Let me look."), ("t", '{"open": true, "till": "18:00"}'), ("a", "Yes, until six.")),
    "two_answers": chat(("u", "Hm."), ("a", "One thing."), ("a", "And another.")),
    "same_words": chat(("u", "assistant"), ("a", "assistant"), ("u", "assistant\nassistant"), ("a", "user\nassistant")),
    "white_space": chat(("u", "  two blanks \n"), ("a", "\n\n  indented\n    more \n\n"), ("u", "\tok"), ("a", " x ")),
    "unicode": chat(("u", "caf\u00e9 \U0001F600 \u65e5\u672c\u8a9e"), ("a", "\U0001F468\u200d\U0001F469\u200d\U0001F467 done \u2028 e\u0301 \U0001F389")),
    "lines_and_code": chat(("u", "Show me."), ("a", "```js\nconst x = {a: [1, 2]};\n```\n\n1. one\n2. two 12345")),
    "words_of_the_template": chat(("u", "What does system mean?"), ("a", "<<SYS>> and [INST] are marks; \\n is a line."), ("u", "{{ messages }}"), ("a", "{% generation %}no{% endgeneration %}")),
    "question_last": chat(("u", "One?"), ("a", "Two."), ("u", "Three?")),
    "long": LONG,
}


def train_tokenizer():
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=specials, show_progress=False
    )
    texts = [m["content"] for messages in CASES.values() for m in messages]
    texts += [t[k] for t in TEMPLATES.values() for k in ("stock",)]
    tokenizer.train_from_iterator(texts * 2, trainer)
    return tokenizer


def encode(tokenizer, template, messages):
    tokenizer.chat_template = template
    made = tokenizer.apply_chat_template(messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True)
    mask = made.get("assistant_masks")
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    return text, made["input_ids"], mask


def exchanges(messages):
    system = messages[:1] if messages[0]["role"] == "system" else []
    parts = []
    for message in messages[len(system):]:
        if message["role"] == "user" or not parts:
            parts.append([])
        parts[-1].append(message)
    return system, parts


folder = sys.argv[1]
train_tokenizer().save(os.path.join(folder, "tokenizer.json"))
result = {"made_by": f"transformers {transformers.__version__}, tokenizers {tokenizers.__version__}", "templates": {}}
for name, spec in TEMPLATES.items():
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=os.path.join(folder, "tokenizer.json"), bos_token=spec["bos_token"], eos_token=spec["eos_token"]
    )
    cases = []
    for case, messages in CASES.items():
        text, ids, mask = encode(tokenizer, spec["tagged"], messages)
        stock_text, stock_ids, _ = encode(tokenizer, spec["stock"], messages)
        assert (text, ids) == (stock_text, stock_ids), (name, case)
        assert sum(mask) > 0, (name, case)
        cases.append({"case": case, "messages": messages, "ids": ids, "mask": mask})
    cuts = []
    for most in (60, 90, 120, 150):
        system, parts = exchanges(LONG)
        while parts:
            messages = system + [m for part in parts for m in part]
            _, ids, mask = encode(tokenizer, spec["tagged"], messages)
            if len(ids) <= most:
                break
            parts = parts[1:]
        cuts.append({"most": most, "kept": sum(map(len, parts)), "ids": ids if parts else [], "mask": mask if parts else []})
    result["templates"][name] = {**spec, "cases": cases, "cut": {"messages": LONG, "cuts": cuts}}
with open(os.path.join(folder, "chat-masks.json"), "w") as out:
    json.dump(result, out, ensure_ascii=False)
    out.write("\n")
print({n: len(t["cases"]) for n, t in result["templates"].items()})
