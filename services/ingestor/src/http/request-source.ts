import { idText } from '@millrace/shared/contracts/identity';
import type { FastifyRequest } from 'fastify';
import { type ApiKey, findKey, mayDo, presentedKey, type Scope } from './api-keys.ts';
import { HttpProblem } from './problem.ts';

/** Source of sessions that come without a key and without a header. */
const defaultSource = 'http';

/**
 * The key that a request shows, when there are keys at all.
 * @throws HttpProblem 401 without a known key, 403 when it lacks the scope
 */
export function authorize(
  request: FastifyRequest,
  keys: readonly ApiKey[] | null,
  scope: Scope,
): ApiKey | null {
  if (keys === null) return null;
  const presented = presentedKey(request.headers);
  const key = presented === null ? null : findKey(keys, presented);
  if (key === null)
    throw new HttpProblem(401, {
      code: 'MILLRACE_INPUT_API_KEY',
      detail: 'an API key is needed: Authorization: Bearer KEY',
    });
  if (!mayDo(key, scope))
    throw new HttpProblem(403, {
      code: 'MILLRACE_INPUT_SCOPE',
      detail: `this key lacks the scope ${scope}`,
    });
  return key;
}

/**
 * The application that speaks: a key's own name, else the header `Millrace-Source`, else `http`. Only an admin key may
 * speak for another source.
 * @throws HttpProblem 422 for a name that is none, 403 for somebody else's
 */
export function sourceOf(request: FastifyRequest, key: ApiKey | null): string {
  const header = request.headers['millrace-source'];
  if (header === undefined) return key?.name ?? defaultSource;
  if (!idText.safeParse(header).success || typeof header !== 'string')
    throw new HttpProblem(422, {
      code: 'MILLRACE_INPUT_SOURCE',
      detail: 'the header Millrace-Source must have 1 to 200 characters',
      errors: [{ field: 'millrace-source', detail: 'must have 1 to 200 characters' }],
    });
  if (key !== null && key.name !== header && !mayDo(key, 'admin'))
    throw new HttpProblem(403, {
      code: 'MILLRACE_INPUT_SOURCE',
      detail: `this key publishes as ${key.name} only`,
    });
  return header;
}
