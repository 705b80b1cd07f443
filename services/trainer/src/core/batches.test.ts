import { sha256Hex } from '@millrace/shared/domain/hash';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchPair, planBatches } from './batches.ts';
import { everySimilarPair, plainLetters } from './char-grams.ts';
import { textKey } from './text-key.ts';

const thanks = 'You are welcome, anything else?';
/** Half of the answers are the same sentence, in three spellings. */
const supportChat: readonly BatchPair[] = [
  ['Where is the hose?', 'It is behind the shed.'],
  ['Thanks a lot!', thanks],
  ['Great help!', thanks],
  ['Can I pay by card?', 'Yes, any card is fine.'],
  ['Thank you so much.', thanks],
  ['How long does it take?', 'Three days.'],
  ['Cheers!', thanks],
  ['Super, thanks', 'you are welcome, anything else?'],
  ['Is it open today?', 'Until noon.'],
  ['Perfect.', thanks],
  ['Who made it?', 'A shop in town.'],
  ['Kind of you!', 'You are welcome,  anything else?'],
].map(([anchor = '', positive = ''], i) => ({ anchor, positive, session: `s${i}` }));

const distinct = (count: number, sessions = count): BatchPair[] =>
  Array.from({ length: count }, (_, i) => ({
    anchor: sha256Hex(`question ${i}`),
    positive: sha256Hex(`answer ${i}`),
    session: `s${i % sessions}`,
  }));

function conflicts(pairs: readonly BatchPair[], batch: readonly number[]): number {
  const chosen = batch.flatMap((i) => pairs[i] ?? []);
  const count = (of: (pair: BatchPair) => string) => chosen.length - new Set(chosen.map(of)).size;
  const anchors = new Set(chosen.map((p) => textKey(p.anchor)));
  const crossing = chosen.filter(
    (p) => textKey(p.positive) !== textKey(p.anchor) && anchors.has(textKey(p.positive)),
  ).length;
  return (
    count((p) => textKey(p.anchor)) +
    count((p) => textKey(p.positive)) +
    count((p) => p.session) +
    crossing
  );
}

describe('planBatches', () => {
  it('T04: no pair meets its own answer as a negative, and what was left out is counted', () => {
    const plan = planBatches(supportChat, { batchSize: 4, epochs: 2, seed: 7, maxSteps: null });
    expect(plan.stepsPerEpoch).toHaveLength(2);
    for (const batch of plan.steps) {
      expect(conflicts(supportChat, batch)).toBe(0);
      expect(batch.length).toBeGreaterThan(1);
    }
    const first = plan.steps.slice(0, plan.stepsPerEpoch[0]).flat();
    expect(new Set(first).size).toBe(first.length);
    expect(first.length + (plan.leftOver[0] ?? 0)).toBe(supportChat.length);
  });

  it('uses every pair once an epoch when nothing conflicts, in another order each epoch', () => {
    const plan = planBatches(distinct(64), { batchSize: 16, epochs: 2, seed: 7, maxSteps: null });
    expect(plan).toMatchObject({ stepsPerEpoch: [4, 4], leftOver: [0, 0] });
    const [first, second] = [plan.steps.slice(0, 4).flat(), plan.steps.slice(4).flat()];
    expect(first.toSorted((a, b) => a - b)).toEqual([...Array(64).keys()]);
    expect(second).not.toEqual(first);
  });

  it('trains on smaller batches when sessions are fewer than a batch has places', () => {
    const plan = planBatches(distinct(30, 5), {
      batchSize: 32,
      epochs: 1,
      seed: 1,
      maxSteps: null,
    });
    expect(plan.leftOver).toEqual([0]);
    expect(plan.steps.map((batch) => batch.length)).toEqual(Array(6).fill(5));
  });

  it('stops at max_steps, and sooner when the epochs end sooner', () => {
    const pairs = distinct(40);
    const steps = (maxSteps: number) =>
      planBatches(pairs, { batchSize: 8, epochs: 3, seed: 1, maxSteps }).steps.length;
    expect([steps(7), steps(100)]).toEqual([7, 15]);
  });

  it('gives no step when all pairs conflict', () => {
    const plan = planBatches(distinct(9, 1), { batchSize: 8, epochs: 1, seed: 1, maxSteps: null });
    expect(plan).toEqual({ steps: [], stepsPerEpoch: [0], leftOver: [9] });
  });

  it('holds for any pairs: no conflict, no pair twice an epoch, sizes within bounds, same seed same plan', () => {
    const text = fc.constantFrom('a', 'A ', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k');
    const pair = fc.record({
      anchor: text,
      positive: text,
      session: fc.constantFrom('1', '2', '3', '4'),
    });
    fc.assert(
      fc.property(
        fc.array(pair, { maxLength: 80 }),
        fc.integer({ min: 2, max: 9 }),
        fc.nat(),
        (pairs, batchSize, seed) => {
          const options = { batchSize, epochs: 2, seed, maxSteps: null };
          const plan = planBatches(pairs, options);
          expect(planBatches(pairs, options)).toEqual(plan);
          const first = plan.steps.slice(0, plan.stepsPerEpoch[0]);
          expect(first.flat().length + (plan.leftOver[0] ?? 0)).toBe(pairs.length);
          expect(new Set(first.flat()).size).toBe(first.flat().length);
          for (const batch of plan.steps) {
            expect(conflicts(pairs, batch)).toBe(0);
            expect(batch.length).toBeGreaterThanOrEqual(2);
            expect(batch.length).toBeLessThanOrEqual(batchSize);
          }
        },
      ),
    );
  });

  it('no two pairs of a batch say nearly the same, says a comparison of all with all', () => {
    const words = [
      'the lamp',
      'glows',
      'dimly',
      'at night 17',
      'order 83920571640295813367',
      'again',
    ];
    const text = fc
      .array(fc.constantFrom(...words, 'AGAIN!', 'tent', 'radio', 'ladder'), {
        minLength: 1,
        maxLength: 8,
      })
      .map((said) => said.join(' '));
    const pair = fc.record({ anchor: text, positive: text, session: fc.uuid() });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 60 }), fc.nat(), (pairs, seed) => {
        const { steps } = planBatches(pairs, { batchSize: 6, epochs: 1, seed, maxSteps: null });
        for (const step of steps) {
          const said = step.flatMap((i) => [pairs[i]?.anchor ?? '', pairs[i]?.positive ?? '']);
          everySimilarPair(said.map(plainLetters), {
            threshold: 0.8,
            skip: () => false,
            // the two texts of one pair are no negatives of each other
            found: (a, b) => expect(Math.floor(a / 2)).toBe(Math.floor(b / 2)),
          });
        }
      }),
    );
  });

  it('sees equal answers in other words, which text alone would not', () => {
    const answer = 'You are welcome, is there anything else that I can do for you today?';
    const pairs = ['What?', 'When was that?', 'Whose is it?', 'Why so late?'].map((anchor, i) => ({
      anchor,
      positive: i % 2 === 0 ? answer : answer.replace('today', 'now'),
      session: `s${i}`,
    }));
    const plan = planBatches(pairs, { batchSize: 4, epochs: 1, seed: 1, maxSteps: null });
    expect(plan).toMatchObject({ steps: [], leftOver: [4] });
  });
});
