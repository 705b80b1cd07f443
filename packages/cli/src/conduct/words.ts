import { InvalidArgumentError } from 'commander';

/** Argument parser: a text that says something, without blanks around it. */
export function words(text: string): string {
  const said = text.trim();
  if (said === '') throw new InvalidArgumentError('It must not be empty.');
  return said;
}
