/** Cards, IBANs, social security numbers and addresses of the internet. */
import { describe, expect, it } from 'vitest';
import { sensitiveIn } from './testing/sensitive-in.ts';

const found = (text: string, spans: string[]) => expect(sensitiveIn(text)).toEqual(spans);

describe('cards', () => {
  it.each([
    ['charge 4111 1111 1111 1111 12/29', ['card:4111 1111 1111 1111']],
    ['5555-5555-5555-4444, 378282246310005', ['card:5555-5555-5555-4444', 'card:378282246310005']],
    ['3782 822463 10005 123', ['card:3782 822463 10005']],
    ['2 4111.1111.1111.1111 3', ['card:4111.1111.1111.1111']],
    ['no cue: 5105105105105100', ['card:5105105105105100']],
    ['30569309025904 or 6011/1111/1111/1117', ['card:30569309025904', 'card:6011/1111/1111/1117']],
    [
      '3530–1113–3330–0000 41111111 11111111',
      ['card:3530–1113–3330–0000', 'card:41111111 11111111'],
    ],
    ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', ['card:4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1']],
  ])('are found in the groupings that people write: %s', found);

  it.each([
    'The request id is 0a0a0a0a-4111-1111-1111-111111110a0b.',
    'Tracking 1Z 999 AA1 0123 4567 84, reference 9034 5821 7730 4410.',
    'stamp 20261124203015, build 2026.1130.0917, bar code 0 12345 67890 5',
    'ean 4006381333931 and 4222222222222, 4111 1111 1111 1112, x4111111111111111',
    '41 111 1111 1111 11 11',
  ])('are not taken for one: %s', (text) => found(text, []));
});

describe('ibans', () => {
  it.each([
    ['The debit from DE89 3704 0044 0532 0130 00 bounced.', ['iban:DE89 3704 0044 0532 0130 00']],
    [
      'gb29nwbk60161331926819 or NL91-ABNA-0417-1643-00',
      ['iban:gb29nwbk60161331926819', 'iban:NL91-ABNA-0417-1643-00'],
    ],
    ['MT84MALT011000012345MTLCAST001S', ['iban:MT84MALT011000012345MTLCAST001S']],
    ['DE89 3704 0044 0532 0130 01', []],
    ['DE89 3704 0044 0532 0130 001, QQ89 3704 0044 0532 0130 00', []],
  ])('are found exactly: %s', found);
});

describe('ssns', () => {
  it.each([
    ['000 12 4052 is my social', ['ssn:000 12 4052']],
    ['my social is 000-12-4052', ['ssn:000-12-4052']],
    ['ssn: 078051120, social security number 078 05 1120', ['ssn:078051120', 'ssn:078 05 1120']],
    ['078051120 and 512 05 1120, part 078-05-1120-33, 078-00-1120', []],
  ])('are found by their dashes or a cue: %s', found);
});

describe('ips', () => {
  it.each([
    ['my IP is 192.0.2.216, theirs 198.51.100.7:8080', ['ip:192.0.2.216', 'ip:198.51.100.7']],
    ['ip 8.8.8.8; 203.0.113.4-203.0.113.9', ['ip:8.8.8.8', 'ip:203.0.113.4', 'ip:203.0.113.9']],
    [
      '[2001:db8::4880]:443, so 2001:0DB8:85a3:0:0:8a2e:0370:7334: yes',
      ['ip:2001:db8::4880', 'ip:2001:0DB8:85a3:0:0:8a2e:0370:7334'],
    ],
  ])('are found: %s', found);

  it.each([
    'version 192.0.2.3, v192.0.2.3, lib-192.0.2.3, 192.0.2.3-5ubuntu1, 1.2.3.4, 192.0.2.3.4',
    '10.0.0.1, 127.0.0.1, 192.168.0.1, 172.20.1.1, 255.255.255.0, 224.0.0.1, 300.1.2.3',
    'std::vector, dead::beef, 12:30:45, 00:1a:2b:3c:4d:5e, fe80::1, ::1, 1:2:3:4:5:6:7:8:9',
  ])('are not taken for one that names somebody: %s', (text) => found(text, []));
});
