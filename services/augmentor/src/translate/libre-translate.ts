import { TransientError, UserError } from '@millrace/shared/domain/errors';
import type { Clock } from '@millrace/shared/ports/clock';
import type { Translator } from '@millrace/shared/ports/translator';
import { z } from 'zod';

export interface LibreTranslateOptions {
  /** Of the server: `https://translate.example.org`; `/translate` is put behind it. */
  readonly url: string;
  /** Hosts that texts may go to, with the port where there is one. */
  readonly allowedHosts: readonly string[];
  readonly apiKey: string | null;
  /** Milliseconds for one answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Tries of one request; between them what the server asks for, or a second more each time. */
const tries = 3;
const longestWaitMs = 60_000;
/** Of an answer, bytes: what is longer is no translation of a message. */
const longestAnswer = 8 << 20;
/** Sentences a request: a server translates them one after another, and all must be there within the time for one answer. */
const perRequest = 64;

const answerOf = z.object({ translatedText: z.array(z.string()) });

/**
 * A server that speaks LibreTranslate's protocol: `POST /translate {q: [..], source, target, format, api_key}`. 400 and 413 are
 * the list's fault: it is halved until the text at fault is alone, or until it is short enough for the server (`--batch-limit`,
 * `--char-limit`); a text that is refused alone has no translation. 403, 429 and 5xx, silence and garbage are transient, tried
 * again here and then by whoever calls. No redirect is followed: it could lead to another host.
 * @throws UserError (exit 2) when the host is not allowed
 */
export function libreTranslate(options: LibreTranslateOptions): Translator {
  const url = new URL('translate', options.url.endsWith('/') ? options.url : `${options.url}/`);
  if (!['http:', 'https:'].includes(url.protocol) || !options.allowedHosts.includes(url.host))
    throw new UserError(
      'MILLRACE_INPUT_SETTINGS',
      `augmentation.back_translation.allowed_hosts does not name ${url.host}: no text is sent there`,
      { exitCode: 2 },
    );
  return {
    translate: async (texts, direction, signal) => {
      const request = { ...options, url, direction, signal };
      const all: (string | null)[] = [];
      for (let at = 0; at < texts.length; at += perRequest)
        all.push(...(await inParts(texts.slice(at, at + perRequest), request)));
      return all;
    },
  };
}

/** One translation a text, null for one at fault: a list that is refused is asked for by halves. */
async function inParts(
  texts: readonly string[],
  request: Request,
): Promise<readonly (string | null)[]> {
  const answers = await asked(texts, request);
  if (answers !== null) return answers;
  if (texts.length === 1) return [null];
  const half = Math.ceil(texts.length / 2);
  return [
    ...(await inParts(texts.slice(0, half), request)),
    ...(await inParts(texts.slice(half), request)),
  ];
}

interface Request extends Omit<LibreTranslateOptions, 'url'> {
  readonly url: URL;
  readonly direction: { readonly from: string; readonly to: string };
  readonly signal: AbortSignal | undefined;
}

/** The translations; null when the server says that these texts are at fault. */
async function asked(texts: readonly string[], request: Request): Promise<string[] | null> {
  const { clock, signal } = request;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const outcome = await once(texts, request);
    if (outcome.kind === 'translated') return outcome.texts;
    if (outcome.kind === 'refused') return null;
    if (attempt >= tries || outcome.final)
      throw new TransientError('MILLRACE_RESOURCE_TRANSLATOR', `the translator ${outcome.why}`);
    await clock.sleep(Math.min(outcome.waitMs ?? 1000 * attempt, longestWaitMs), signal);
  }
}

type Outcome =
  | { readonly kind: 'translated'; readonly texts: string[] }
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'later';
      readonly why: string;
      readonly waitMs: number | null;
      /** Asking again at once cannot help: a key is wrong, an address is banned. */
      readonly final: boolean;
    };

const later = (why: string, waitMs: number | null = null, final = false): Outcome => ({
  kind: 'later',
  why,
  waitMs,
  final,
});

async function once(texts: readonly string[], request: Request): Promise<Outcome> {
  const { url, direction, apiKey, timeoutMs, signal } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        q: texts,
        source: direction.from,
        target: direction.to,
        format: 'text',
        ...(apiKey !== null && { api_key: apiKey }),
      }),
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const body = await limited(response);
    if (response.status === 400 || response.status === 413) return { kind: 'refused' };
    if (response.status === 403) return later('refuses this caller (403)', null, true);
    if (response.status === 429)
      return later('is asked too much (429)', retryAfter(response.headers));
    if (!response.ok) return later(`answers ${response.status}`);
    const parsed = body === null ? null : answerOf.safeParse(jsonOrNull(body));
    if (!parsed?.success || parsed.data.translatedText.length !== texts.length)
      return later('answers what is no translation');
    return { kind: 'translated', texts: parsed.data.translatedText };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) return later(`does not answer within ${timeoutMs} ms`);
    return later(`cannot be reached (${error instanceof Error ? error.name : 'unknown'})`);
  }
}

/** The body as text; null when it is longer than any answer. */
async function limited(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > longestAnswer) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Seconds, or a date by the server's own clock, as milliseconds; null when it names none. */
function retryAfter(headers: Headers): number | null {
  const header = headers.get('retry-after');
  if (header === null) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds)
    ? seconds * 1000
    : Date.parse(header) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
