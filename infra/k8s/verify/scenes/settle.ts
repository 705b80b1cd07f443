import type { Assertion } from '../assertions/assertion.ts';
import { assert, type Scene, seen } from './scene.ts';

/** Waits until every assertion holds, and records each. */
export async function settle(scene: Scene, assertions: readonly Assertion[]): Promise<void> {
  for (const { name, problems, about } of assertions)
    await assert(scene, name, () =>
      seen(scene, 60_000, (snapshot) => {
        const [first, ...more] = problems(snapshot);
        if (first !== undefined) return { not: [first, ...more].join('; ') };
        const what = about(snapshot);
        return what.startsWith('0 ') ? { not: `there are ${what}` } : { is: what };
      }),
    );
}

/** Waits, without a record of its own, until every assertion holds again. */
export async function settled(scene: Scene, assertions: readonly Assertion[]): Promise<void> {
  await seen(scene, 60_000, (snapshot) => {
    const wrong = assertions.flatMap(({ problems }) => problems(snapshot));
    return wrong.length === 0 ? { is: 'all hold' } : { not: wrong.join('; ') };
  });
}
