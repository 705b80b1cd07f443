import { getCountries, getExampleNumber } from 'libphonenumber-js';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { sensitiveIn } from './testing/sensitive-in.ts';

describe('phones', () => {
  it.each([
    ['+1 415 555 0166', '(202) 555-0195', '202.555.0112', '1-800-555-0199', '202 555 0112'],
    ['+44 7700 900444', '+44 (0)20 7946 0123', '07700 900444', '(020) 7946 0018', '0161 496 0000'],
    ['+33 1 23 45 67 89', '01 23 45 67 89', '07700900444', '+12025550112'],
  ])('are found by their shape: %s, %s, %s, %s', (...numbers) => {
    for (const number of numbers)
      expect(sensitiveIn(`so: ${number}, thanks`)).toEqual([`phone:${number}`]);
  });

  it.each([
    ['my phone number is 2025550133.', ['phone:2025550133']],
    ['ring me on 07700900444 or text 555-0143', ['phone:07700900444', 'phone:555-0143']],
    ['Mein Telefon: 030/901820', ['phone:030/901820']],
    ['my number is 2025550112, 2 people', ['phone:2025550112']],
    ['2025550112 is my cell', ['phone:2025550112']],
    ['reach me at 202 555 0112 2 times', ['phone:202 555 0112']],
    ['call 202-555-0112 ext. 33', ['phone:202-555-0112 ext. 33']],
    ['2025550112', ['phone:2025550112']],
  ])('are found by a cue, or alone: %s', (text, spans) => expect(sensitiveIn(text)).toEqual(spans));

  it.each([
    'Order 1764064500 was placed on 2026-09-14 08:41 and confirmed on 2026-09-15.',
    'stamp 20261124203015, build 2026.1130.0917, epoch 1710230400',
    'It stands at 52.370216, 4.895168 on the map, bar code 0 12345 67890 5.',
    'order number is 4155550132, account 415-555-0132, 351531510 with PIN 3941',
    'call me between 1000-1600 or 10.30 and 11.45 on 12/05/2026 - flight 2020',
    'ISBN 978-3-16-148410-0, won 222-0 in 1916-1920, $2025550112, 1920x1080',
    '84318931431',
  ])('are not taken for one: %s', (text) => expect(sensitiveIn(text)).toEqual([]));

  /** Eight digits with the country code are the fewest that count. */
  const countries = getCountries().flatMap((country) => {
    const number = getExampleNumber(country, examples);
    return number === undefined || number.number.length < 9 ? [] : [{ country, number }];
  });

  it('are found in every country, as a library formats its numbers', () => {
    expect(countries.length).toBeGreaterThan(230);
    const missed = countries.flatMap(({ country, number }) => {
      const written = number.formatInternational();
      const spellings = [written, written.replaceAll(' ', '-'), number.number];
      return spellings.every((s) => sensitiveIn(`it is ${s}.`).join() === `phone:${s}`)
        ? []
        : [country];
    });
    expect(missed).toEqual([]);
  });

  it('are found behind a cue in national spelling', () => {
    const long = countries.filter(({ number }) => number.nationalNumber.length >= 7);
    const missed = long.flatMap(({ country, number }) => {
      const written = number.formatNational();
      return sensitiveIn(`my phone number is ${written}`).join() === `phone:${written}`
        ? []
        : [country];
    });
    expect(missed).toEqual([]);
  });
});
