import { settingsSchema } from '@millrace/shared/contracts/settings';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { aSession, type LooseSession, messageAt } from '@millrace/shared/testing/a-session';
import { describe, expect, it } from 'vitest';
import { cleanDocument, type ValidateOptions, validateSession } from '../validate-session.ts';

const options: ValidateOptions = { settings: settingsSchema.parse({}), receivedAtMs: null };

function withTexts(texts: Readonly<Record<number, string>>): LooseSession {
  const session = aSession();
  for (const [index, text] of Object.entries(texts))
    messageAt(session, Number(index))['content'] = text;
  return session;
}

describe('validateSession(), of what is sensitive', () => {
  it('replaces it by placeholders and records each change: kind, count, place, hashes', () => {
    const text = 'write to jane@shop.test or Jane@Shop.test and joe@shop.test';
    const session = withTexts({
      2: text,
      5: 'JOE@shop.test answers, pay with 4111 1111 1111 1111',
    });
    const { verdict, findings, cleaned, metrics } = validateSession(session, options);
    expect(verdict).toBe('kept');
    const kept = 'write to [EMAIL_1] or [EMAIL_1] and [EMAIL_2]';
    expect(cleaned?.conversation_data.messages[2]?.content).toBe(kept);
    expect(cleaned?.conversation_data.messages[5]?.content).toBe(
      '[EMAIL_2] answers, pay with [CARD_1]',
    );
    expect(findings.map((f) => [f.code, f.messageIndex, f.value, f.span])).toEqual([
      ['pii_email', 2, 'email x3', [9, 23]],
      ['pii_email', 5, 'email x1', [0, 13]],
      ['pii_credit_card', 5, 'card x1', [32, 51]],
    ]);
    expect(findings[0]).toMatchObject({
      action: 'clean',
      severity: 'warning',
      change: { rule: 'redact', beforeSha256: sha256Hex(text), afterSha256: sha256Hex(kept) },
    });
    expect(findings[1]?.change?.afterSha256).toBe(findings[2]?.change?.beforeSha256);
    expect(metrics.quality_intact).toBe(1);
  });

  it('cleans no more what it cleaned', () => {
    const session = withTexts({
      1: 'a@shop.test\u0000',
      2: 'say \u200b[EMAIL_1] b@shop.test',
      3: '<jane@shop.test>',
    });
    const once = cleanDocument(session, options);
    if (once === null) throw new Error('nothing was kept');
    expect(once.conversation_data.messages[2]?.content).toBe('say [EMAIL_1] [EMAIL_3]');
    const again = validateSession(once, options);
    expect(again.cleaned).toEqual(once);
    expect(again.findings).toEqual([]);
  });

  it('tells where it stands in the text as received when repairs moved it', () => {
    const { findings } = validateSession(withTexts({ 4: '\u0000\u0000 jane@shop.test' }), options);
    expect(findings.find((f) => f.code === 'pii_email')?.span).toEqual([3, 17]);
    const hidden = validateSession(withTexts({ 4: 'ja\u0000ne@shop.test' }), options);
    expect(hidden.findings.find((f) => f.code === 'pii_email')).not.toHaveProperty('span');
    expect(hidden.cleaned?.conversation_data.messages[4]?.content).toBe('[EMAIL_1]');
  });

  it('takes two messages for different when only the address differs', () => {
    const at = (address: string) => `please send the invoice to ${address}`;
    const session = withTexts({ 2: at('a@shop.test'), 6: at('b@shop.test') });
    expect(validateSession(session, options).findings.map((f) => f.code)).toEqual([
      'pii_email',
      'pii_email',
    ]);
  });

  it('notes the kinds that validation.redact leaves out, and keeps them', () => {
    const settings = settingsSchema.parse({ validation: { redact: ['card'] } });
    const session = withTexts({ 2: 'write to jane@shop.test' });
    const { findings, cleaned } = validateSession(session, { ...options, settings });
    expect(findings).toMatchObject([{ code: 'pii_email', action: 'note', span: [9, 23] }]);
    expect(cleaned).toEqual(session);
  });

  it('keeps a session in which every message holds something', () => {
    const session = aSession();
    for (const [i, message] of session.conversation_data.messages.entries())
      message['content'] = `${message['content']} write to m${i}@shop.test`;
    expect(validateSession(session, options).verdict).toBe('kept');
  });

  it('rejects a session that cannot be redacted, and keeps nothing of it', () => {
    const find = () => {
      throw new TypeError('jane@shop.test');
    };
    const failing = { ...options, find };
    const result = validateSession(aSession(), failing);
    expect(result).toMatchObject({ verdict: 'rejected', cleaned: null });
    expect(result.findings.map((f) => [f.code, f.action])).toEqual([
      ['redaction_failed', 'reject'],
    ]);
    expect(cleanDocument(aSession(), failing)).toBeNull();
  });

  it('looks at each text once when nothing is in it', () => {
    const looks = new Map<string, number>();
    const find = (text: string) => {
      looks.set(text, (looks.get(text) ?? 0) + 1);
      return [];
    };
    validateSession(aSession(), { ...options, find });
    const [sessionId = '', ...others] = [...looks.keys()];
    expect(sessionId).toBe('session-1');
    expect(others).toHaveLength(1 + 12); // the user's id and the texts
    expect(new Set(looks.values())).toEqual(new Set([1]));
  });
});
