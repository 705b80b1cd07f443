import type { OpenSpan, Tracer } from '@millrace/shared/ports/tracer';

/** One span for each phase of an attempt, as its progress tells them: entering one ends the one before. */
export interface PhaseSpans {
  enter(phase: string): void;
  end(): void;
}

export function phaseSpans(tracer: Tracer, traceparent: string | null): PhaseSpans {
  let phase: string | null = null;
  let span: OpenSpan | null = null;
  const end = (): void => {
    span?.end();
    span = null;
  };
  return {
    enter: (next) => {
      if (next === phase) return;
      end();
      phase = next;
      span = tracer.open({ name: `train ${next}`, traceparent, attributes: {} });
    },
    end,
  };
}
