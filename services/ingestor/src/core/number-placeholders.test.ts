import { sha256Hex } from '@millrace/shared/domain/hash';
import { expect, it } from 'vitest';
import { numberPlaceholders, typedField } from './number-placeholders.ts';

const redaction = { kind: 'email', count: 1, action: 'clean', place: 'text', message: 0 } as const;

it('numberPlaceholders() gives two values two numbers, one value of a message one, and leaves what was typed', () => {
  const parts = [
    {
      document: { message: { content: '[EMAIL_1] and [EMAIL_1], not [EMAIL_3]' } },
      redactions: null,
    },
    {
      document: { message: { content: '[EMAIL_1] and [EMAIL_1]' } },
      redactions: [{ ...redaction, sha256: ['before', 'after'] as const }],
    },
    {
      document: { [typedField]: ['[EMAIL_2]'], message: { content: '[EMAIL_1] for [EMAIL_2]' } },
      redactions: [redaction],
    },
  ];
  const numbered = numberPlaceholders(parts);
  expect(numbered.map(({ document }) => document.message.content)).toEqual([
    '[EMAIL_1] and [EMAIL_1], not [EMAIL_3]',
    '[EMAIL_4] and [EMAIL_4]',
    '[EMAIL_5] for [EMAIL_2]',
  ]);
  expect(numbered[1]?.redactions).toEqual([
    { ...redaction, sha256: ['before', sha256Hex('[EMAIL_4] and [EMAIL_4]')] },
  ]);
});

it('numberPlaceholders() leaves parts alone where nothing was redacted', () => {
  const parts = [{ document: { message: { content: '[EMAIL_7]' } }, redactions: [] }];
  expect(numberPlaceholders(parts)).toBe(parts);
});
