import { describe, expect, test } from 'vitest';
import { formatOf, goldenTemplates } from '../../testing/chat-templates.ts';
import { auditMask } from './audit-mask.ts';
import { encodeChat } from './encode-chat.ts';
import { fitChat } from './fit-chat.ts';

const maskOf = ({ weights }: { readonly weights: readonly number[] }): number[] =>
  weights.map((weight) => (weight > 0 ? 1 : 0));

describe.each(Object.entries(goldenTemplates))('%s', (_, golden) => {
  for (const kind of ['stock', 'tagged'] as const) {
    const format = formatOf(golden[kind], golden);

    test.each(golden.cases)(
      `encodeChat() masks $case as transformers does (${kind})`,
      (example) => {
        const encoded = encodeChat(format, example.messages);
        expect(encoded.tokens).toEqual(example.ids);
        expect(maskOf(encoded)).toEqual(example.mask);
        expect(auditMask(format, example.messages, encoded)).toEqual([]);
      },
    );

    test.each(golden.cut.cuts)(
      `fitChat() cuts at $most tokens as transformers would (${kind})`,
      (cut) => {
        const { messages } = golden.cut;
        const { parts } = fitChat(format, messages, { most: cut.most, tooLong: 'cut' });
        expect(parts.flatMap(({ encoded }) => encoded.tokens)).toEqual(cut.ids);
        expect(parts.flatMap(({ encoded }) => maskOf(encoded))).toEqual(cut.mask);
      },
    );
  }

  test('has cases of every sort', () => expect(golden.cases.length).toBeGreaterThan(10));
});
