import type { TrainableNet } from '../nets/net.ts';
import type { Program } from './program.ts';
import { narrowed, type RunVocabulary, widened } from './run-vocabulary.ts';

const WORD = 'word';

interface LoadedNetParts {
  /** Of the whole word table. */
  readonly vocabulary: number;
  readonly hidden: number;
  /** The parameters' numbers, with the whole word table. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** The net with a word table of so many rows. */
  readonly netOf: (vocabulary: number) => TrainableNet;
  readonly openProgram: (net: TrainableNet) => Program;
}

/** A net on its backend, with the whole word table or with the rows of one run (run-vocabulary.ts). */
export interface LoadedNet {
  readonly net: TrainableNet;
  readonly program: Program;
  /** Where a text's tokens lie in the word table. @throws RangeError when one is not of the run */
  rowsOf(text: readonly number[]): readonly number[];
  /** The present numbers of all parameters, the word table whole. */
  values(): Map<string, Float32Array>;
  /**
   * Goes on with the rows of a run: about a second for a net of 23 M parameters.
   * @param remains  what weight decay has left, by now, of the rows that stay behind
   */
  narrow(vocabulary: RunVocabulary, remains: () => number): void;
  /** Goes back to the whole table, of which the rows that stayed behind have decayed. */
  widen(): void;
  /** May be called twice. */
  dispose(): void;
}

interface Narrowing {
  readonly vocabulary: RunVocabulary;
  readonly table: Float32Array;
  readonly remains: () => number;
}

export function loadedNet(parts: LoadedNetParts): LoadedNet {
  const { vocabulary, hidden, values: given, netOf, openProgram } = parts;
  const load = (rows: number, values: ReadonlyMap<string, Float32Array>) => {
    const net = netOf(rows);
    const program = openProgram(net);
    program.write('weight', values);
    return { net, program };
  };
  let loaded = load(vocabulary, given);
  let narrowing: Narrowing | null = null;
  let open = true;

  const values = (): Map<string, Float32Array> => {
    const present = new Map(loaded.program.read('weight'));
    const rows = present.get(WORD);
    if (narrowing === null || rows === undefined) return present;
    const { table, remains } = narrowing;
    const word = widened({ table, rows, remains: remains() }, narrowing.vocabulary, hidden);
    return present.set(WORD, word);
  };
  const reload = (rows: number, present: ReadonlyMap<string, Float32Array>): void => {
    loaded.program.dispose();
    loaded = load(rows, present);
  };
  const widen = (): void => {
    if (narrowing === null || !open) return;
    const present = values();
    narrowing = null;
    reload(vocabulary, present);
  };

  return {
    get net() {
      return loaded.net;
    },
    get program() {
      return loaded.program;
    },
    rowsOf: (text) => narrowing?.vocabulary.rowsOf(text) ?? text,
    values,
    narrow: (run, remains) => {
      widen();
      const present = values();
      const table = present.get(WORD) ?? new Float32Array();
      present.set(WORD, narrowed(table, run, hidden));
      reload(run.tokens.length, present);
      narrowing = { vocabulary: run, table, remains };
    },
    widen,
    dispose: () => {
      open = false;
      loaded.program.dispose();
    },
  };
}
