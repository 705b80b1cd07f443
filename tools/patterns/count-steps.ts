import type { Program } from './program.ts';

interface State {
  readonly at: number;
  readonly place: number;
  readonly marks: ReadonlyMap<string, number>;
}

interface Run {
  readonly text: readonly string[];
  readonly most: number;
  steps: number;
}

const none: ReadonlyMap<string, number> = new Map();

/**
 * Steps that a backtracking matcher takes to find every match in a text (the first one without `g`; with `y` it tries at
 * the beginning alone). Infinity beyond the most. The same on every machine.
 */
export function countSteps(
  program: Program,
  text: readonly string[],
  { flags, most }: { readonly flags: string; readonly most: number },
): number {
  const run: Run = { text, most, steps: 0 };
  for (let start = 0; start <= text.length; start++) {
    const end = matchAt(program, run, { at: start, behind: false });
    if (run.steps >= most) return Number.POSITIVE_INFINITY;
    if (flags.includes('y') || (end !== null && !flags.includes('g'))) break;
    if (end !== null && end > start) start = end - 1;
  }
  return run.steps;
}

/** Where the first match that begins here ends; null when none does, or when steps ran out. */
function matchAt(
  program: Program,
  run: Run,
  { at: from, behind }: { readonly at: number; readonly behind: boolean },
): number | null {
  const { text } = run;
  const others: State[] = [];
  let state: State | undefined = { at: 0, place: from, marks: none };
  while (state !== undefined) {
    const { at, place, marks }: State = state;
    const step = program[at];
    if (++run.steps >= run.most || step === undefined) return null;
    let next: State | null = null;
    switch (step.kind) {
      case 'done':
        return place;
      case 'one': {
        const char = text[behind ? place - 1 : place];
        if (char !== undefined && step.holds(char))
          next = { at: at + 1, place: place + (behind ? -1 : 1), marks };
        break;
      }
      case 'split':
        others.push({ at: step.or, place, marks });
        next = { at: step.to, place, marks };
        break;
      case 'jump':
        next = { at: step.to, place, marks };
        break;
      case 'edge':
        if (isEdge(text, place, step.edge) !== step.negate) next = { at: at + 1, place, marks };
        break;
      case 'look': {
        const found = matchAt(step.program, run, { at: place, behind: step.behind });
        if ((found === null) === step.negate) next = { at: at + 1, place, marks };
        break;
      }
      case 'mark':
        next = { at: at + 1, place, marks: new Map(marks).set(step.slot, place) };
        break;
      case 'moved':
        if (marks.get(step.slot) !== place) next = { at: at + 1, place, marks };
        break;
      case 'back': {
        const said = text.slice(
          marks.get(`start${step.group}`),
          marks.get(`end${step.group}`) ?? 0,
        );
        const first = behind ? place - said.length : place;
        run.steps += said.length;
        if (said.every((char, i) => text[first + i] === char))
          next = { at: at + 1, place: behind ? first : first + said.length, marks };
        break;
      }
    }
    state = next ?? others.pop();
  }
  return null;
}

/** Lines are not told apart: with `m` this is an upper bound. */
function isEdge(text: readonly string[], place: number, edge: 'start' | 'end' | 'word'): boolean {
  if (edge === 'start') return place === 0 || text[place - 1] === '\n';
  if (edge === 'end') return place === text.length;
  const isWord = (char: string | undefined) => char !== undefined && /\w/.test(char);
  return isWord(text[place - 1]) !== isWord(text[place]);
}
