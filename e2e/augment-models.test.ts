/**
 * The fleet with every model that the augmentor can ask: encoder, masked language model and two translators, each in a process
 * of its own. Their weights are random, so what they say is refused; that it is asked for, counted and named is what is shown.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { place, samples } from './millrace.ts';
import { withSql } from './tables.ts';
import { withTinyBase } from './tiny-base.ts';

const golden = path.join(import.meta.dirname, '../packages/engine/golden');
const augmentation = {
  techniques: ['synonym', 'insertion', 'deletion', 'contextual', 'back_translation'],
  gate: { min_similarity: -1 },
  contextual: { masked_lm: 'masked' },
  back_translation: { models: { there: 'marian', back: 'marian' } },
};
const technique = z.object({
  proposed: z.int(),
  accepted: z.int(),
  refused: z.record(z.string(), z.int()),
});
const augmented = z.object({ techniques: z.record(z.string(), technique) });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const withModels = z.object({
  settings: z.object({
    models: z.object({ encoder: sha256, masked_lm: sha256, translator: sha256 }),
  }),
});

test('augment-models: every technique of the settings proposes, and each proposal is accepted or refused by name', async () => {
  const fleet = await place();
  try {
    withTinyBase(fleet);
    const base = path.join(fleet.stateFolder, 'base');
    cpSync(path.join(golden, 'tiny-masked-bert'), path.join(base, 'masked'), { recursive: true });
    cpSync(path.join(golden, 'tiny-marian/model'), path.join(base, 'marian'), { recursive: true });
    const file = fleet.env['MILLRACE_CONFIG'] ?? '';
    const settings = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...settings, augmentation }));
    await fleet.run(['up']);
    const { stdout } = await fleet.run(['publish', samples, '--wait', '--json']);
    expect(JSON.parse(stdout).ledger.balanced).toBe(true);
    const { rows, settings: recorded } = await withSql(fleet.databaseUrl, async (sql) => ({
      rows: await sql`select techniques from augmentations where side = 'train'`,
      settings: await sql`select settings from revisions where stage = 'augmentor'`,
    }));
    const sums = new Map<string, { proposed: number; told: number }>();
    for (const { techniques } of rows.map((row) => augmented.parse(row)))
      for (const [name, { proposed, accepted, refused }] of Object.entries(techniques)) {
        const sum = sums.get(name) ?? { proposed: 0, told: 0 };
        sum.proposed += proposed;
        sum.told += accepted + Object.values(refused).reduce((all, n) => all + n, 0);
        sums.set(name, sum);
      }
    for (const name of augmentation.techniques) {
      expect(sums.get(name)?.proposed, name).toBeGreaterThan(0);
      expect(sums.get(name)?.told, name).toBe(sums.get(name)?.proposed);
    }
    // one start of the service, one revision, and it names the weights of all three
    expect(recorded.map((row) => withModels.parse(row).settings.models)).toHaveLength(1);
  } finally {
    await fleet.remove();
  }
}, 240_000);
