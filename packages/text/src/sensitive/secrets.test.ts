import { describe, expect, it } from 'vitest';
import { sensitiveIn } from './testing/sensitive-in.ts';

/** As chance would have it; in pieces, so that no scanner takes this file for a leak. */
const random = (length: number): string =>
  Array.from({ length }, (_, i) =>
    'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0z'.charAt((i * 7 + length) % 31),
  ).join('');
const hex = (length: number): string =>
  Array.from({ length }, (_, i) => '0123456789abcdef'.charAt((i * 7 + 3) % 16)).join('');

describe('keys with a format of their own', () => {
  it.each([
    `AKIA${'IOSFODNN7EXAMPLE'}`,
    `sk-${random(48)}`,
    `sk-proj-FAKE${random(40)}`,
    `sk-ant-api03-${random(90)}AA`,
    `ghp_FAKE${random(32)}`,
    `github_pat_${random(60)}`,
    `glpat-${random(20)}`,
    `xoxb-000000000000-FAKE${random(20)}`,
    `sk_live_${random(24)}`,
    `rk_test_${random(24)}`,
    `AIza${random(35)}`,
    `hf_${random(34)}`,
    `SG.${random(22)}.${random(43)}`,
    `npm_${random(36)}`,
    `M${random(23)}.${random(6)}.${random(27)}`,
    `SK${hex(32)}`,
    `dapi${hex(32)}`,
    `shpat_${hex(32)}`,
    `eyJ${random(18)}.eyJ${random(20)}.${random(24)}`,
  ])('are found: %s', (key) =>
    expect(sensitiveIn(`it says ${key}, ok`)).toEqual([`secret:${key}`]),
  );

  it('are found as private keys, whole, cut short and on one line', () => {
    const line = random(64);
    const armour = (kind: string, body: string) =>
      `-----BEGIN ${kind}PRIVATE KEY-----${body}-----END ${kind}PRIVATE KEY-----`;
    for (const key of [
      armour('RSA ', `\n${line}\n${line}\n`),
      armour('', ` ${line} `),
      armour('OPENSSH ', `\\n${line}\\n`),
      `-----BEGIN EC PRIVATE KEY-----\n${line}`,
    ])
      expect(sensitiveIn(`here: ${key} ok?`)).toEqual(
        [`secret:${key.trim()}`].map((s) => (key.includes('END') ? s : `${s} ok`)),
      );
  });

  it.each([
    ['https://ana:s3cr3t@host.example/x.', 'https://ana:s3cr3t@host.example/x'],
    ['redis://:pw1@h:6379, then', 'redis://:pw1@h:6379'],
    ['mongodb+srv://u:p%40@c.example', 'mongodb+srv://u:p%40@c.example'],
  ])('are found in URLs: %s', (text, url) => expect(sensitiveIn(text)).toEqual([`secret:${url}`]));
});

describe('secrets that somebody says', () => {
  it.each([
    ['my password is hunter2, ok', 'hunter2'],
    ['Password: Tr0ub4dor&3', 'Tr0ub4dor&3'],
    ['the password is swordfish.', 'swordfish'],
    ['passphrase: "correct horse battery staple"', 'correct horse battery staple'],
    ['DB_PASSWORD=changeme', 'changeme'],
    ['login admin password admin123', 'admin123'],
    [`aws_secret_access_key = ${random(40)}`, random(40)],
    [`{"apiKey": "${random(24)}"}`, random(24)],
    ['it says Bearer qZtLmXxkPwRbYcNfHsGd', 'qZtLmXxkPwRbYcNfHsGd'],
    ['the header is Bearer q8Zt.Lm29-Xxk', 'q8Zt.Lm29-Xxk'],
    ['api_key=q8ZtLm29Xxk1', 'q8ZtLm29Xxk1'],
    ['Authorization: Basic dXNlcjpwYXNzd29yZA==', 'dXNlcjpwYXNzd29yZA=='],
    [`Authorization: Bearer FAKE${random(28)}`, `FAKE${random(28)}`],
    [`the key is ${random(24)}`, random(24)],
  ])('are found: %s', (text, secret) => expect(sensitiveIn(text)).toEqual([`secret:${secret}`]));
});

it.each([
  'It broke with commit 29fd33e2e8caf58f22f4253f1f4da9ac3aba0eda, I think.',
  'integrity="sha384-Yvk1Ijo4euVfEXfJ3aKhXOkg/HcUwfGwNLoHCqmHAJ8VtWt/vBaAiESaZbd65CC1" in the page',
  'See ./notes/0031-keep-late-session-events-in-a-second-version-row.md and callFunctionWhenTheOldEntryWasAlreadyArchived.',
  'my password is not working, the password is incorrect. Password: required',
  'passwd: all authentication tokens updated; cd /etc/passwd, pwd is /home/ana/x1',
  'api_key = YOUR_API_KEY_HERE, API_KEY=$API_KEY, token: process.env.TOKEN_VALUE_1',
  'apt-key adv --recv-keys 4F4EA0AAE5267A6C, the key "4F4EA0AAE5267A6C" is public',
  'sk-some-long-name-of-a-class, the bearer of the ring, passport: X1234567, my pin is 3100',
  'https://user:password@host.example, https://user:$PASS@host.example',
])('no secret is seen in %s', (text) => expect(sensitiveIn(text)).toEqual([]));
