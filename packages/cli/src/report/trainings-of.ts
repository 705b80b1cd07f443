import type { ModelTraining, PipelineResults } from '@millrace/pipeline';

export interface NamedTraining {
  readonly kind: 'embedding' | 'llm';
  readonly training: ModelTraining;
}

/** The trainings of a run, the embedding model first. */
export function trainingsOf({ training }: PipelineResults['steps']): readonly NamedTraining[] {
  const { embedding, llm } = training;
  return [
    ...(embedding ? [{ kind: 'embedding' as const, training: embedding }] : []),
    ...(llm ? [{ kind: 'llm' as const, training: llm }] : []),
  ];
}
