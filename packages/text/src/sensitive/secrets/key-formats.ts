import type { SensitiveSpan } from '../sensitive-span.ts';

/** A format that its issuer gives to keys, so that they are found; the hint is in each of them, in lower case. */
interface KeyFormat {
  readonly hint: string;
  readonly pattern: RegExp;
}

const before = '(?<![A-Za-z0-9_])';
const after = '(?![A-Za-z0-9])';
const format = (hint: string, body: string): KeyFormat => ({
  hint,
  pattern: new RegExp(`${before}(?:${body})${after}`, 'g'),
});

/**
 * Lengths are lower bounds: a key cut short or with a word put into it is still no text to learn from.
 * @see secretlint 13 preset-recommend and the issuers' own pages; secretlint itself answers with a promise, which a pure
 * function cannot wait for, and proves each key's checksum, which an altered key fails.
 */
const formats: readonly KeyFormat[] = [
  format('akia', 'AKIA[A-Z0-9]{12,28}'),
  format('asia', 'ASIA(?=[A-Z]{0,15}[0-9])[A-Z0-9]{16}'),
  format(
    'a',
    '(?:A3T[A-Z0-9]|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ABIA|ACCA)(?=[A-Z]{0,15}[0-9])[A-Z0-9]{16}',
  ),
  format(
    'sk-',
    'sk-(?:[A-Za-z0-9]{2,10}-){0,3}(?=[a-z]{0,40}[A-Z0-9])[A-Za-z0-9_]{12,}[A-Za-z0-9_-]*',
  ),
  format('gh', 'gh[pousr]_[A-Za-z0-9_]{11,}'),
  format('github_pat_', 'github_pat_[A-Za-z0-9_]{16,}'),
  format(
    'gl',
    '(?:glpat|glptt|gldt|glrt|glcbt|glsoat|glft|glimt|glagent|gloas|glrtr)-[A-Za-z0-9_.-]{16,}',
  ),
  format('xox', 'xox[abdeoprs]-[A-Za-z0-9-]{10,}'),
  format('xapp-', 'xapp-[A-Za-z0-9-]{16,}'),
  format(
    'hooks.slack.com',
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{16,}',
  ),
  format('_', '[sr]k_(?:live|test|prod)_[A-Za-z0-9_]{10,}|whsec_[A-Za-z0-9+/]{16,}={0,2}'),
  format('aiza', 'AIza[A-Za-z0-9_-]{30,}'),
  format('gocspx-', 'GOCSPX-[A-Za-z0-9_-]{20,}'),
  format('ya29.', 'ya29\\.[A-Za-z0-9_-]{20,}'),
  format('hf_', 'hf_[A-Za-z0-9]{20,}'),
  format('sg.', 'SG\\.[A-Za-z0-9_-]{12,}\\.[A-Za-z0-9_-]{12,}'),
  format('npm_', 'npm_[A-Za-z0-9_]{24,}'),
  format('pypi-', 'pypi-[A-Za-z0-9_-]{32,}'),
  format('sk', 'SK[0-9a-f]{32}'),
  format('.', '[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6,7}\\.[A-Za-z0-9_-]{27,}'),
  format('api/webhooks/', 'discord(?:app)?\\.com/api/webhooks/[0-9]{10,}/[A-Za-z0-9_-]{30,}'),
  format(':aa', '[0-9]{8,12}:AA[A-Za-z0-9_-]{30,}'),
  format('shp', 'shp(?:at|ca|pa|ss)_[A-Za-z0-9]{24,}'),
  format('dckr_pat_', 'dckr_pat_[A-Za-z0-9_-]{20,}'),
  format('dapi', 'dapi[0-9a-f]{32}(?:-[0-9])?'),
  format('gl', 'glc_[A-Za-z0-9+/]{32,}={0,2}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}'),
  format('ntn_', 'ntn_[A-Za-z0-9]{40,}'),
  format('secret_', 'secret_[A-Za-z0-9]{40,}'),
  format('lin_', 'lin_(?:api|oauth)_[A-Za-z0-9_]{24,}'),
  format('figd_', 'figd_[A-Za-z0-9_-]{30,}'),
  format('vc', 'vc[pairk]_[A-Za-z0-9]{20,}'),
  format('cf', '(?:cfk|cfut|cfat)_[A-Za-z0-9]{40,}'),
  format('tskey-', 'tskey-[a-z]{2,20}-[A-Za-z0-9_-]{16,}'),
  format('hv', 'hv[sbr]\\.[A-Za-z0-9_-]{24,}'),
  format('gsk_', 'gsk_[A-Za-z0-9]{32,}'),
  format('ops_', 'ops_ey[A-Za-z0-9+/=]{60,}'),
  format('_v1_', 'do[opr]_v1_[a-f0-9]{32,}'),
  format('key-', 'key-[0-9a-f]{32}'),
  format('-us', '[0-9a-f]{32}-us[0-9]{1,2}'),
  format('sq0', 'sq0(?:atp|csp)-[A-Za-z0-9_-]{20,}'),
  format('att', 'AT(?:ATT|BB|CTT)[A-Za-z0-9_=-]{24,}'),
  format('nrak-', 'NRAK-[A-Z0-9]{24,}'),
  format('sntry', 'sntry[su]_[A-Za-z0-9+/=_-]{32,}'),
  format('pmak-', 'PMAK-[A-Za-z0-9-]{32,}'),
  format('dp.', 'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9_.-]{32,}'),
  format('pscale_', 'pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{24,}'),
  format('pplx-', 'pplx-[A-Za-z0-9]{32,}'),
  format('r8_', 'r8_[A-Za-z0-9]{32,}'),
  format('xai-', 'xai-[A-Za-z0-9]{40,}'),
  format('age-secret-key-', 'AGE-SECRET-KEY-1[A-Z0-9]{40,}'),
  format('accountkey=', '(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{30,}={0,2}'),
  format('sig=', 'sig=[A-Za-z0-9%]{30,}'),
  /** JSON Web Tokens: an object in base64url begins with `eyJ`. */
  format('eyj', 'eyJ[A-Za-z0-9_-]{6,}\\.eyJ[A-Za-z0-9_-]{2,}(?:\\.[A-Za-z0-9_-]+){0,3}'),
];

/** The shortest that a format can match. */
export const shortestKey = 15;

/** Keys that show by their own form what they are. */
export function keyFormats(text: string, lower: string): SensitiveSpan[] {
  return formats.flatMap(({ hint, pattern }) =>
    lower.includes(hint)
      ? [...text.matchAll(pattern)].map(({ 0: value, index: start }) => ({
          start,
          end: start + value.length,
          kind: 'secret' as const,
          value,
        }))
      : [],
  );
}
