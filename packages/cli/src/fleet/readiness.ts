import { z } from 'zod';

export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly reasons: readonly string[] };

const answer = z.object({ ok: z.boolean(), reasons: z.array(z.string()) });

/** What a service says at /ready; a service that does not answer is not ready. */
export async function askReady(port: number, signal?: AbortSignal): Promise<Readiness> {
  try {
    const deadline = AbortSignal.timeout(2000);
    const response = await fetch(`http://127.0.0.1:${port}/ready`, {
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    const { ok, reasons } = answer.parse(await response.json());
    return ok ? { ready: true } : { ready: false, reasons };
  } catch {
    signal?.throwIfAborted();
    return { ready: false, reasons: ['its health port does not answer'] };
  }
}
