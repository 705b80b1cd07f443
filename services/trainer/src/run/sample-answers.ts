import { readFileSync } from 'node:fs';
import { type CausalModel, type ChatFormat, encodePrompt } from '@millrace/engine';

/** What the models answer to one prompt. Names as in documents. */
export interface Sample {
  readonly prompt: string;
  readonly base: string;
  readonly candidate: string;
}

const prompts = new URL('../../data/sample-prompts.txt', import.meta.url);

interface SampleOptions {
  readonly format: ChatFormat;
  /** Tokens of an answer at most; 0: no sample is made. */
  readonly maxNewTokens: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Answers of base and candidate side by side, the most probable token each time. The prompts are ours: what a person
 * wrote stays where it can be erased.
 */
export async function sampleAnswers(
  model: CausalModel,
  { format, maxNewTokens, signal }: SampleOptions,
): Promise<readonly Sample[]> {
  if (maxNewTokens === 0) return [];
  const stopTokens = [...format.stopIds];
  const how = { maxNewTokens, stopTokens, ...(signal && { signal }) };
  const samples: Sample[] = [];
  for (const prompt of readFileSync(prompts, 'utf8').trimEnd().split('\n')) {
    const tokens = encodePrompt(format, [{ role: 'user', content: prompt }]);
    const answer = async (which: 'base' | 'adapter'): Promise<string> => {
      const made = await model.generate(tokens, { ...how, model: which });
      return format.tokenizer.decode(made.filter((id) => !format.stopIds.has(id))).trim();
    };
    samples.push({ prompt, base: await answer('base'), candidate: await answer('adapter') });
  }
  return samples;
}
