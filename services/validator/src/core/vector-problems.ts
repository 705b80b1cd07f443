import type { Settings } from '@millrace/shared/contracts/settings';
import { typeName } from './set-samples.ts';

type Limits = Pick<Settings['validation'], 'min_embedding_dim' | 'max_embedding_dim'>;

/** What is wrong with the vectors of so many texts: their number, their size, one that is no list of finite numbers. */
export function vectorProblems(
  embeddings: readonly unknown[],
  texts: number,
  { min_embedding_dim: least, max_embedding_dim: most }: Limits,
): string[] {
  const problems: string[] = [];
  if (embeddings.length !== texts)
    problems.push(`${texts} texts need as many embeddings, there are ${embeddings.length}`);
  const [first] = embeddings;
  if (first === undefined) return problems;
  const dimension = isVector(first) ? first.length : null;
  if (dimension !== null && dimension < least)
    problems.push(`min_embedding_dim is ${least}, found ${dimension}`);
  if (dimension !== null && dimension > most)
    problems.push(`max_embedding_dim is ${most}, found ${dimension}`);
  const each = embeddings.flatMap((vector, i) =>
    oddity(vector, dimension).map((said) => `embeddings[${i}] ${said}`),
  );
  return [...problems, ...each];
}

function oddity(vector: unknown, dimension: number | null): string[] {
  if (!isVector(vector)) return [`must be a list of numbers, not ${typeName(vector)}`];
  if (dimension !== null && vector.length !== dimension)
    return [`has ${vector.length} dimensions, the first has ${dimension}`];
  return Array.from(vector).every(Number.isFinite)
    ? []
    : ['holds a value that is no finite number'];
}

const isVector = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
