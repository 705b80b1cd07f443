import { idText } from '@millrace/shared/contracts/identity';
import { z } from 'zod';
import { problemDocument } from './problem.ts';

/** Of every route that takes a session, or a part of one. */
export const takingHeaders = z.object({
  'millrace-source': idText.optional(),
  'idempotency-key': z.string().min(1).max(255).optional(),
});

/** @param accepted what 202 says, which is committed */
export const takingAnswers = <Accepted extends z.ZodType>(accepted: Accepted) => ({
  202: accepted,
  400: problemDocument,
  409: problemDocument,
  410: problemDocument,
  413: problemDocument,
  415: problemDocument,
  422: problemDocument,
  503: problemDocument,
});
