import { readFileSync } from 'node:fs';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { CleanSession, Role } from '@millrace/shared/domain/session';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { examplesOf, openEncoder } from './index.ts';

const texts = z.array(z.string());
// written by packages/engine/golden/mini_lm.py with sentence-transformers; anchors first
const golden = z
  .object({ anchors: texts, positives: texts, embeddings: z.array(z.array(z.number())) })
  .parse(
    JSON.parse(
      readFileSync(
        new URL('../../../packages/engine/golden/mini-lm.json', import.meta.url),
        'utf8',
      ),
    ),
  );

it("anchor_reply_cosine is sentence-transformers' cosine", async () => {
  const [folder, libraryFolder] = await Promise.all([ensureMiniLm(), ensureTensorflow()]);
  const encoder = openEncoder({ folder, libraryFolder });
  const { anchors, positives, embeddings } = golden;
  const session: CleanSession = {
    key: { source: 'test', sessionId: 's', version: 1 },
    userId: null,
    sessionSha256: 'x',
    messages: anchors
      .flatMap((anchor, i): [Role, string][] => [
        ['user', anchor],
        ['assistant', positives[i] ?? ''],
      ])
      .map(([role, content]) => ({ role, content, timestamp: null })),
  };
  const settings = settingsSchema.parse({ augmentation: { reply_cosine: true } });
  try {
    const { examples } = await examplesOf(session, { settings, side: 'holdout', encoder });
    const pairs = examples.filter(({ kind }) => kind === 'pair');
    expect(pairs).toHaveLength(anchors.length);
    for (const [i, { features }] of pairs.entries()) {
      const [a = [], b = []] = [embeddings[i], embeddings[anchors.length + i]];
      const expected = a.reduce((sum, x, j) => sum + x * (b[j] ?? Number.NaN), 0);
      expect(Math.abs((features['anchor_reply_cosine'] ?? 9) - expected)).toBeLessThan(0.0006);
    }
  } finally {
    await encoder.close();
  }
}, 300_000);
