import { type AugmentedSession, sumTechniques, type TechniqueSums } from '@millrace/pipeline';
import { textTable } from '../conduct/text-table.ts';

/** What the techniques proposed and what came of it, over many sessions. */
export class Acceptance {
  sessions = 0;
  holdout = 0;
  #examples = 0;
  #techniques: TechniqueSums = {};

  add({ side, examples, techniques }: AugmentedSession): void {
    this.sessions++;
    if (side === 'holdout') this.holdout++;
    this.#examples += examples.length;
    const of = Object.fromEntries(Object.entries(techniques));
    this.#techniques = sumTechniques([this.#techniques, of]);
  }

  document() {
    return { holdout: this.holdout, examples: this.#examples, techniques: this.#techniques };
  }

  /** One line a technique: accepted of proposed, and why the others were refused, most frequent first. */
  table(): string {
    return textTable(
      ['technique', 'proposed', 'accepted', 'share', 'refused'],
      Object.entries(this.#techniques).map(([name, { proposed, accepted, refused }]) => [
        name,
        proposed,
        accepted,
        proposed === 0 ? '-' : `${Math.round((100 * accepted) / proposed)} %`,
        Object.entries(refused)
          .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
          .map(([reason, count]) => `${reason} ${count}`)
          .join(', '),
      ]),
    );
  }
}
