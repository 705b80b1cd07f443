import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openGguf } from './gguf.ts';
import { llamaConfigOf, llamaTensorsOf } from './gguf-llama.ts';
import { tokenizerConfigOf, tokenizerOf } from './gguf-tokenizer.ts';
import { writeWeights } from './safetensors.ts';

/**
 * Makes a Hugging Face folder of a Llama in a GGUF file: config.json, tokenizer.json, tokenizer_config.json and
 * model.safetensors in float32, about 2 s for SmolLM2-135M. Equal input gives equal bytes. Quantised values are unpacked
 * exactly; what quantisation once took away stays away, so this is not the original model.
 * @throws RangeError for a hostile or cut file, another kind of net, or a tokenizer that is not read
 */
export function convertGguf(file: string, folder: string): void {
  const gguf = openGguf(file);
  try {
    mkdirSync(folder, { recursive: true });
    const json = {
      'config.json': llamaConfigOf(gguf),
      'tokenizer.json': tokenizerOf(gguf),
      'tokenizer_config.json': tokenizerConfigOf(gguf),
    };
    for (const [name, content] of Object.entries(json)) {
      writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`, { flush: true });
    }
    writeWeights(join(folder, 'model.safetensors'), new Map(llamaTensorsOf(gguf)), {
      format: 'pt',
      unpacked_from: basename(file),
      unpacked_from_sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    });
  } finally {
    gguf.close();
  }
}
