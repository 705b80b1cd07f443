import { expect, test } from 'vitest';
import { javaMajor } from './java.ts';

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_292"', 8],
  ['openjdk version "25" 2025-09-16\nOpenJDK Runtime Environment', 25],
  ['NOTE: Picked up JDK_JAVA_OPTIONS: -Xmx1g\nopenjdk version "21-ea"', 21],
  ['The operation could not be completed. Unable to locate a Java Runtime.', undefined],
  ['', undefined],
])('javaMajor(%j) is %s', (text, major) => {
  expect(javaMajor(text)).toBe(major);
});
