import { type Attack, attacksOn } from './attacks.ts';
import { countSteps } from './count-steps.ts';
import { compile } from './program.ts';

const lengths = [150, 600, 2400];
/** Of steps when the text is twice as long: 2 is linear, 4 quadratic; a bounded repetition comes near 2 once the text is longer than it. */
const most = 2.35;
const mostSteps = 2_000_000;

/**
 * The text on which the steps of a search grow faster than its length; null when none is known. Steps are counted, not timed, so the
 * answer is the same everywhere.
 */
export function superlinear(source: string, flags: string): Attack | null {
  const program = compile(source, flags);
  const steps = (attack: Attack, length: number): number =>
    countSteps(program, [...textOf(attack, length)], { flags, most: mostSteps });
  const grows = (attack: Attack): boolean =>
    lengths.every((length) => {
      const twice = steps(attack, 2 * length);
      return twice === Number.POSITIVE_INFINITY || twice > most * steps(attack, length);
    });
  return attacksOn(source, flags).find(grows) ?? null;
}

const textOf = ({ before, pump, after }: Attack, length: number): string =>
  before + pump.repeat(Math.ceil(length / pump.length)) + after;
