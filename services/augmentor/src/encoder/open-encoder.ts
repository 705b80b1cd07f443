import type { Encoder } from '@millrace/shared/ports/encoder';
import { cachedEncoder } from './cached-encoder.ts';
import { type EncoderOptions, type ProcessEncoder, processEncoder } from './process-encoder.ts';

export interface OpenEncoder extends Encoder, Pick<ProcessEncoder, 'open' | 'close'> {}

/** The encoder that copies are measured by: in a process of its own, its last answers kept here. */
export function openEncoder(options: EncoderOptions): OpenEncoder {
  const inner = processEncoder(options);
  return { ...cachedEncoder(inner), open: inner.open, close: inner.close };
}
