import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Weight, writeWeights } from '@millrace/engine';
import { rng } from '@millrace/shared/domain/rng';

const hidden = 32;
const intermediate = 64;
const positions = 48;
const layers = 2;
const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const vocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  ...letters,
  ...letters.map((l) => `##${l}`),
];

/** A sentence-transformers folder of a BERT with 32 dimensions that reads letters: real, and fast enough for a test. */
export function writeTinyModel(folder: string, seed = 1): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: object) =>
    writeFileSync(path.join(folder, name), JSON.stringify(content));
  write('config.json', {
    model_type: 'bert',
    hidden_act: 'gelu',
    vocab_size: vocabulary.length,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: 4,
    intermediate_size: intermediate,
    max_position_embeddings: positions,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
  });
  write('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: {},
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  });
  writeWeights(path.join(folder, 'model.safetensors'), weights(seed));
  return folder;
}

const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });

function weights(seed: number): Map<string, Weight> {
  const random = rng(seed);
  const tensor = (shape: readonly number[], value: () => number): Weight => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value),
  });
  const noise = (...shape: number[]) => tensor(shape, () => (random() - 0.5) / 4);
  const zeros = (size: number) => tensor([size], () => 0);
  const made = new Map<string, Weight>();
  const norm = (name: string) =>
    made
      .set(
        `${name}.weight`,
        tensor([hidden], () => 1),
      )
      .set(`${name}.bias`, zeros(hidden));
  const linear = (name: string, out: number, into: number) =>
    made.set(`${name}.weight`, noise(out, into)).set(`${name}.bias`, zeros(out));
  made.set('embeddings.word_embeddings.weight', noise(vocabulary.length, hidden));
  made.set('embeddings.position_embeddings.weight', noise(positions, hidden));
  made.set('embeddings.token_type_embeddings.weight', noise(2, hidden));
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < layers; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value'])
      linear(`${at}.attention.self.${part}`, hidden, hidden);
    linear(`${at}.attention.output.dense`, hidden, hidden);
    norm(`${at}.attention.output.LayerNorm`);
    linear(`${at}.intermediate.dense`, intermediate, hidden);
    linear(`${at}.output.dense`, hidden, intermediate);
    norm(`${at}.output.LayerNorm`);
  }
  return made;
}
