import type { Settings } from '@millrace/shared/contracts/settings';
import type { FindingCode } from '@millrace/shared/domain/finding';
import type { FileShares, RuleShare } from './rule-shares.ts';

/** A rule about counts, times or names: what it rejects may be good text, and a setting decides. */
interface Knob {
  readonly setting: string;
  readonly value: (settings: Settings) => string | number;
  readonly unit: string;
  /** What to do with the setting to keep more. */
  readonly change: 'lower' | 'raise' | 'extend';
}

const knobs: Readonly<Partial<Record<FindingCode, Knob>>> = {
  too_short_duration: {
    setting: 'session.min_session_duration',
    value: (s) => s.session.min_session_duration,
    unit: 's',
    change: 'lower',
  },
  too_long_duration: {
    setting: 'session.max_session_duration',
    value: (s) => s.session.max_session_duration,
    unit: 's',
    change: 'raise',
  },
  too_few_messages: {
    setting: 'session.min_session_messages',
    value: (s) => s.session.min_session_messages,
    unit: 'messages',
    change: 'lower',
  },
  too_many_messages: {
    setting: 'session.max_session_messages',
    value: (s) => s.session.max_session_messages,
    unit: 'messages',
    change: 'raise',
  },
  out_of_order_timestamp: {
    setting: 'session.max_clock_skew',
    value: (s) => s.session.max_clock_skew,
    unit: 's',
    change: 'raise',
  },
  other_language: {
    setting: 'validation.languages',
    value: (s) => s.validation.languages.join(', '),
    unit: '',
    change: 'extend',
  },
  wrong_role: {
    setting: 'validation.role_aliases',
    value: (s) => `${Object.keys(s.validation.role_aliases).length} of your own`,
    unit: '',
    change: 'extend',
  },
  low_quality: {
    setting: 'validation.quality_threshold',
    value: (s) => s.validation.quality_threshold,
    unit: '',
    change: 'lower',
  },
};

/** A rule that has a setting and rejects more than this share is spoken of. */
const muchOfSetting = 0.05;
/** Of good chats less than 2 in 100 fail by what they say. */
const muchOfContent = 0.02;

/** One plain sentence for each rule that rejects much: what it is, how much falls by it alone, the setting to change. */
export function ruleHints({ lines, rules }: FileShares, settings: Settings): readonly string[] {
  return rules.flatMap((rule) => {
    const knob = knobs[rule.code];
    if (rule.rejected === 0) return [];
    if (rule.rejected / lines < (knob === undefined ? muchOfContent : muchOfSetting)) return [];
    const much = `${rule.code} rejects ${percent(rule.rejected, lines)} of the sessions, ${percent(rule.alone, lines)} by itself`;
    return [`${much}: ${advice(rule, knob, settings)}`];
  });
}

function advice({ alone }: RuleShare, knob: Knob | undefined, settings: Settings): string {
  if (knob === undefined) return 'look at some of them, this is more than good chats have';
  const { setting, value, unit, change } = knob;
  const now = `${setting} (now ${[value(settings), unit].join(' ').trim()})`;
  return alone === 0
    ? `another rule rejects each of them too; its setting is ${now}`
    : `if these are good sessions, ${change} ${now}`;
}

/** "24.3 %". */
export const percent = (part: number, whole: number): string =>
  `${whole === 0 ? '0.0' : ((100 * part) / whole).toFixed(1)} %`;
