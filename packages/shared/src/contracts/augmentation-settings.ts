import { z } from 'zod';

const gate = z.strictObject({
  /** Whether the embedding model compares each copy with its original; without it rules alone decide. */
  encoder: z.boolean().default(true),
  /** Cosine under which a copy says something else. */
  min_similarity: z.number().min(-1).max(1).default(0.9),
  /** Cosine over which a copy says nothing new. */
  max_similarity: z.number().min(-1).max(1).default(0.999),
});

const backTranslation = z.strictObject({
  /** A server that speaks LibreTranslate's protocol; null: none. Without server and models the technique cannot be named. */
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  /** Hosts, with the port where there is one, that redacted text may be sent to. */
  allowed_hosts: z.array(z.string()).default([]),
  /**
   * Instead of a server: two Marian folders below storage.models_root_dir, or where MILLRACE_TRANSLATOR_THERE and
   * MILLRACE_TRANSLATOR_BACK say, such as Helsinki-NLP/opus-mt-en-es and opus-mt-es-en; null: none. Nothing leaves the machine.
   * A folder that cannot be opened is refused at the start.
   */
  models: z
    .strictObject({ there: z.string().min(1), back: z.string().min(1) })
    .nullable()
    .default(null),
  /** Of the texts, ISO 639-1. */
  language: z.string().default('en'),
  /** The language that they go through, ISO 639-1. */
  pivot: z.string().default('es'),
  /** Seconds until an answer of the server, which has up to 64 sentences to translate for it. */
  timeout_seconds: z.number().positive().default(10),
});

/** How a copy comes to be. */
export const copyTechnique = z.enum([
  'synonym',
  'insertion',
  'deletion',
  'contextual',
  'back_translation',
]);
const contextual = z.strictObject({
  /**
   * Masked language model that contextual substitution asks: a folder of BertForMaskedLM or DistilBertForMaskedLM below
   * storage.models_root_dir, or where MILLRACE_MASKED_LM says; null: the encoder alone ranks the table of synonyms.
   * A folder that cannot be opened is refused at the start.
   */
  masked_lm: z.string().min(1).nullable().default(null),
});

const augmentationKeys = z.strictObject({
  /** How copies are made; an ablation says which of them help. */
  techniques: z.array(copyTechnique).default(['synonym', 'insertion', 'deletion']),
  /** Copies of each training pair per technique. */
  copies_per_example: z.int().min(0).default(1),
  /** Whether the encoder measures how near each reply is to what was asked, as a feature: every text of a pair is encoded then. */
  reply_cosine: z.boolean().default(false),
  gate: gate.prefault({}),
  back_translation: backTranslation.prefault({}),
  contextual: contextual.prefault({}),
});

type Augmentation = z.infer<typeof augmentationKeys>;

/** Host of an address, with its port where that is not the usual one. */
function hostOf(url: string): string {
  const [, scheme = '', host = ''] =
    /^(https?):\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(url.toLowerCase()) ?? [];
  return host.replace(scheme === 'https' ? /:443$/ : /:80$/, '');
}

/** Back-translation is off until it is said where to, and nothing leaves for a host that is not named; a figure has who measures it. */
function checkAugmentation(of: Augmentation, context: z.core.$RefinementCtx<Augmentation>): void {
  const { url, allowed_hosts, models, language, pivot } = of.back_translation;
  const add = (message: string, key: string): void =>
    void context.addIssue({ code: 'custom', path: ['back_translation', key], message });
  if (of.reply_cosine && !of.gate.encoder)
    context.addIssue({
      code: 'custom',
      path: ['reply_cosine'],
      message: 'must be false where gate.encoder is: nobody would measure it',
    });
  if (of.techniques.includes('back_translation') && url === null && models === null)
    add(
      'must name a server, or augmentation.back_translation.models two Marian folders (there, back): augmentation.techniques has back_translation, and neither is named',
      'url',
    );
  if (url !== null && models !== null)
    add(
      'must be null where url names a server: texts go one way, set one of the two to null',
      'models',
    );
  if (models !== null && pivot === language)
    add(`must be another language than language, ${language}`, 'pivot');
  const host = url === null ? null : hostOf(url);
  if (host !== null && !allowed_hosts.includes(host))
    add(`must name ${host}, the host of url: redacted text is sent there`, 'allowed_hosts');
}

/** The section `augmentation` of the settings file (settings.ts). */
export const augmentation = augmentationKeys.superRefine(checkAugmentation);
