import type { Example } from '@millrace/shared/domain/example';

/** The texts of an example that people said; system prompts are shared by design and leak nobody. */
export function textsOf(example: Example): readonly string[] {
  return example.kind === 'pair'
    ? [example.anchor, example.positive]
    : example.messages.filter((m) => m.role !== 'system').map((m) => m.content);
}
