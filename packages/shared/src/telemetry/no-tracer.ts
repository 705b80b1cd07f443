import type { Tracer } from '../ports/tracer.ts';

/** Without a collector: no span, no cost. */
export const noTracer: Tracer = {
  batch: (_span, work) => work(),
  span: (_span, work) => work(),
  open: () => null,
  current: () => null,
  close: async () => {},
};
