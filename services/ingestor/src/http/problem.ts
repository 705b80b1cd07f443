import type { ErrorCode } from '@millrace/shared/domain/errors';
import { z } from 'zod';

/** One field at fault. */
const fieldFault = z.object({
  /** `conversation_data.messages[3].role`, a header's or a parameter's name. */
  field: z.string(),
  detail: z.string(),
});

/** An answer that is no success. @see RFC 9457 */
export const problemDocument = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    /** What is wrong, in one sentence. */
    detail: z.string(),
    /** Stable, `MILLRACE_INPUT_SESSION_ID`. */
    code: z.string(),
    /** Every field at fault. */
    errors: z.array(fieldFault).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

type FieldFault = z.infer<typeof fieldFault>;
export type ProblemDocument = z.infer<typeof problemDocument>;

const titles = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof titles;

interface ProblemDetails {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
}

/** Thrown by a handler, answered as problem+json. */
export class HttpProblem extends Error {
  readonly status: ProblemStatus;
  readonly details: ProblemDetails;

  constructor(status: ProblemStatus, details: ProblemDetails) {
    super(details.detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.details = details;
  }

  document(): ProblemDocument {
    const { code, detail, errors } = this.details;
    return {
      type: 'about:blank',
      title: titles[this.status],
      status: this.status,
      detail,
      code,
      ...(errors === undefined ? {} : { errors: [...errors] }),
    };
  }
}
