import { credentialUrls } from './secrets/credential-urls.ts';
import { keyFormats, shortestKey } from './secrets/key-formats.ts';
import { privateKeys } from './secrets/private-keys.ts';
import { saidSecrets, secretWords } from './secrets/said-secrets.ts';
import type { Detector } from './sensitive-span.ts';

/** Keys and tokens with a format of their own. */
export const formattedKeys: Detector = {
  possible: ({ longestRun }) => longestRun >= shortestKey,
  find: (text) => keyFormats(text, text.toLowerCase()),
};

/** Private keys in PEM armour. */
export const armouredKeys: Detector = {
  possible: ({ lower }) => lower.includes('private key'),
  find: privateKeys,
};

/** URLs with a password in them. */
export const urlSecrets: Detector = {
  possible: ({ lower }) => lower.includes('://') && lower.includes('@'),
  find: credentialUrls,
};

/** Secrets behind a word that announces them. */
export const announcedSecrets: Detector = {
  possible: ({ lower }) => secretWords.some((word) => lower.includes(word)),
  find: saidSecrets,
};
