import { isDeepStrictEqual } from 'node:util';
import type { Surroundings, TrainingInputs } from '@millrace/trainer';

/** An input that is not what it was. */
export interface InputDifference {
  /** `base model.safetensors`, `code`, `backend`, ... */
  readonly input: string;
  /** Null: was not there. */
  readonly recorded: string | null;
  /** Null: is not there. */
  readonly now: string | null;
}

/** What a training of now is made of otherwise than the registered one was. Dataset, seed and settings are not: they are taken over. */
export function inputDifferences(
  recorded: Surroundings,
  now: Surroundings,
): readonly InputDifference[] {
  const files = new Set([...Object.keys(recorded.base_files), ...Object.keys(now.base_files)]);
  const all: InputDifference[] = [
    ...[...files].sort().map((name) => ({
      input: `base ${name}`,
      recorded: recorded.base_files[name] ?? null,
      now: now.base_files[name] ?? null,
    })),
    { input: 'code', recorded: recorded.code_sha256, now: now.code_sha256 },
    ...(['backend', 'processor', 'cores', 'node'] as const).map((input) => ({
      input,
      recorded: String(recorded.machine[input]),
      now: String(now.machine[input]),
    })),
  ];
  return all.filter((each) => each.recorded !== each.now);
}

/** Settings that a training of now would have otherwise, by name: they are told, not used. */
export function settingsDifferences(
  recorded: TrainingInputs['settings'],
  now: TrainingInputs['settings'],
): readonly InputDifference[] {
  return (['embedding', 'llm', 'training'] as const).flatMap((section) => {
    const names = new Set([...Object.keys(recorded[section]), ...Object.keys(now[section])]);
    return [...names].sort().flatMap((name) => {
      const [was, is] = [recorded[section][name], now[section][name]];
      if (isDeepStrictEqual(was, is)) return [];
      return [{ input: `${section}.${name}`, recorded: said(was), now: said(is) }];
    });
  });
}

const said = (value: unknown): string | null =>
  value === undefined ? null : JSON.stringify(value);
