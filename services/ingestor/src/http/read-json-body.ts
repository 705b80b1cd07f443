import type { Json } from '@millrace/shared/domain/canonical-json';
import { jsonErrorCodes } from '@millrace/shared/domain/session-document';
import { decodeStrictJson } from '@millrace/shared/domain/strict-json';
import type { z } from 'zod';
import { HttpProblem } from './problem.ts';

/** A body's bytes: routes get them as they came. @throws HttpProblem 400 when there are none */
export function bodyBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array && body.byteLength > 0) return body;
  throw new HttpProblem(400, {
    code: 'MILLRACE_INPUT_EMPTY_BODY',
    detail: 'the request has no body',
  });
}

/** @throws HttpProblem 400 with the place of the fault */
export function readJsonBody(body: unknown): Json {
  const decoded = decodeStrictJson(bodyBytes(body));
  if (decoded.ok) return decoded.value;
  const { kind, path, sentence } = decoded.problem;
  throw new HttpProblem(400, {
    code: jsonErrorCodes[kind],
    detail: sentence,
    errors: [{ field: path === '' ? 'body' : path, detail: sentence }],
  });
}

/** @throws HttpProblem 422 naming every field at fault; what was sent is not repeated */
export function parseDocument<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          field: [...issue.path, key].join('.').slice(0, 200),
          detail: 'is unknown here',
        }))
      : [{ field: issue.path.join('.') || 'body', detail: issue.message }],
  );
  throw new HttpProblem(422, {
    code: 'MILLRACE_INPUT_DOCUMENT',
    detail: `the document is not as it should be: ${errors.map((e) => e.field).join(', ')}`,
    errors,
  });
}
