import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { Json } from '@millrace/shared/domain/canonical-json';
import type { Action, FindingCode } from '@millrace/shared/domain/finding';
import {
  aSession,
  type LooseMessage,
  type LooseSession,
  messageAt,
} from '@millrace/shared/testing/a-session';
import { expect } from 'vitest';
import { validateSession } from '../core/validate-session.ts';

/** One thing that is wrong with an otherwise sound session, and the one finding that must come of it. */
export interface Defect {
  readonly code: FindingCode;
  readonly action: Action;
  readonly name: string;
  /** Gets a sound session and its message 3, an assistant's. */
  readonly change: (session: LooseSession, message: LooseMessage) => void;
  readonly index?: number;
  readonly value?: Json;
  /** Other findings that are right beside it. */
  readonly follows?: readonly FindingCode[];
}

export const aDefect = (defect: Defect): Defect => defect;

/** The finding is there, once, with its place and value; no other follows from it; the verdict is its action's. */
export function expectDefect({ code, action, change, index, value, follows }: Defect): void {
  const session = aSession();
  change(session, messageAt(session, 3));
  const { verdict, findings, cleaned } = validateSession(session, {
    settings: settingsSchema.parse({}),
    receivedAtMs: Date.UTC(2026, 4, 4, 10, 8),
  });
  const found = findings.filter((f) => f.code === code && f.action === action);
  expect(found).toHaveLength(1);
  expect(found[0]?.messageIndex).toBe(index);
  if (value !== undefined) expect(found[0]?.value).toBe(value);
  const allowed: readonly FindingCode[] = follows ?? [];
  const others = findings.filter((f) => f.code !== code && !allowed.includes(f.code));
  expect(others).toEqual([]);
  expect(verdict).toBe(action === 'reject' ? 'rejected' : 'kept');
  expect(cleaned === null).toBe(action === 'reject');
  if (action === 'drop_message') expect(cleaned?.conversation_data.messages).toHaveLength(11);
}
