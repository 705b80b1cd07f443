"""Writes tiny-llama/: a small random Llama with a LoRA adapter as PEFT trains it. The engine's tests must reproduce it.

    python -m venv /var/tmp/golden && /var/tmp/golden/bin/pip install \
        torch==2.15.0 transformers==5.24.0 peft==0.21.2
    /var/tmp/golden/bin/python packages/engine/golden/tiny_llama.py
    pnpm exec biome check --write packages/engine/golden

Contents: a Hugging Face folder (base/) whose tokenizer has one token a byte, and a PEFT folder (adapter/); in golden.json a batch of uneven examples with
weights, and what PyTorch computes: in golden.safetensors the logits of each example (with and without the adapter),
every gradient, and the adapter after three steps of AdamW (lr 1e-2, no decay, clip at 1.0; no dropout). The loss is the
mean over trained tokens by weight. The adapter's B are not zero, or half of the gradients would be.
"""

import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from transformers import LlamaConfig, LlamaForCausalLM

OUT = Path(__file__).parent / "tiny-llama"
STEPS = 3
LEARNING_RATE = 1e-2

torch.manual_seed(11)
torch.set_num_threads(1)

config = LlamaConfig(
    vocab_size=264,
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=6,
    num_key_value_heads=2,
    head_dim=4,
    max_position_embeddings=64,
    tie_word_embeddings=True,
    rope_theta=10000.0,
    rms_norm_eps=1e-5,
    bos_token_id=256,
    eos_token_id=257,
    pad_token_id=257,
)
model = LlamaForCausalLM(config)
for parameter in model.parameters():  # gains of 1 would hide faults
    parameter.data += 0.1 * torch.randn_like(parameter)
model.save_pretrained(OUT / "base")
(OUT / "base" / "generation_config.json").unlink(missing_ok=True)

bytes_to_unicode = ByteLevel.alphabet()
specials = ["<|im_start|>", "<|im_end|>"] + [f"<extra_{i}>" for i in range(6)]
vocabulary = {token: i for i, token in enumerate(sorted(bytes_to_unicode) + specials)}
tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=[]))
tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
tokenizer.add_special_tokens(specials)
tokenizer.save(str(OUT / "base" / "tokenizer.json"))
(OUT / "base" / "tokenizer_config.json").write_text(
    json.dumps(
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": specials[0],
            "eos_token": specials[1],
            "pad_token": specials[1],
            "model_max_length": config.max_position_embeddings,
            "chat_template": "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n'"
            " + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
        },
        indent=2,
    )
    + "\n"
)

peft = get_peft_model(
    model,
    LoraConfig(
        r=3,
        lora_alpha=6,
        lora_dropout=0.0,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
        task_type="CAUSAL_LM",
    ),
)
for name, parameter in peft.named_parameters():
    if "lora_B" in name:
        parameter.data = 0.1 * torch.randn_like(parameter)
peft.save_pretrained(OUT / "adapter")
(OUT / "adapter" / "README.md").unlink(missing_ok=True)

examples = []
for length in (13, 5, 9):
    tokens = torch.randint(0, 256, (length,)).tolist()
    weights = [0.0] + [float(w) for w in torch.randint(0, 2, (length - 1,))]
    weights[-2:] = [0.5, 0.0] if length == 9 else [2.0, 1.0]
    examples.append({"tokens": tokens, "weights": weights})
total = sum(sum(e["weights"]) for e in examples)


def logits_of(tokens):
    return peft(input_ids=torch.tensor([tokens])).logits[0]


def loss_of():
    loss = torch.zeros(())
    for example in examples:
        logits = logits_of(example["tokens"])[:-1]
        labels = torch.tensor(example["tokens"][1:])
        nll = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
        loss = loss + (nll * torch.tensor(example["weights"][1:])).sum()
    return loss / total


def name_of(name):
    return name.replace(".default.", ".")


trained = [(name_of(n), p) for n, p in peft.named_parameters() if p.requires_grad]
tensors = {}
with torch.no_grad():
    for i, example in enumerate(examples):
        tensors[f"logits/{i}"] = logits_of(example["tokens"]).clone()
        with peft.disable_adapter():
            tensors[f"base/{i}"] = logits_of(example["tokens"]).clone()
optimizer = torch.optim.AdamW([p for _, p in trained], lr=LEARNING_RATE, weight_decay=0.0)
losses = []
norms = []
for step in range(STEPS):
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of()
    loss.backward()
    if step == 0:
        for name, parameter in trained:
            tensors[f"gradient/{name}"] = parameter.grad.clone()
    norms.append(torch.nn.utils.clip_grad_norm_([p for _, p in trained], 1.0).item())
    losses.append(loss.item())
    optimizer.step()
for name, parameter in trained:
    tensors[f"trained/{name}"] = parameter.detach().clone()
save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, OUT / "golden.safetensors")
golden = {"examples": examples, "losses": losses, "norms": norms}
(OUT / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
print(losses, norms)
