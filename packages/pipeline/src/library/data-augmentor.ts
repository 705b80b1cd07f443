import { copiesOfText, type RoundTrip } from '@millrace/augmentor';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { ChatTurn } from '@millrace/shared/domain/example';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';
import { normalise } from '@millrace/text';
import { sumTechniques, type TechniqueSums } from '../core/sum-techniques.ts';
import { augmentChat, type ChatCopy, type ChatRecord } from './augment-chat.ts';
import { type Augmentation, contentId, copyId, roundedSimilarity } from './augmentation.ts';
import { type ChatInput, readChat } from './chat-input.ts';
import { type CopyVector, vectorFor } from './copy-vectors.ts';

export interface DataAugmentorOptions {
  /** Default: the product's own defaults. */
  readonly settings?: Settings;
  /** Compares copies with their originals, and gives their vectors; without one rules alone decide, and results say so. */
  readonly encoder?: Encoder;
  /**
   * Where back-translations come from, when the settings name that technique: `openRoundTrip` for their server, or
   * `roundTrip({ translator, language, pivot })` for a translator of your own. Without it they are refused as `not_translated`.
   */
  readonly translate?: RoundTrip | null;
  /** Asked by contextual substitution where the settings name one; without it that technique is refused as `no_masked_lm`. */
  readonly maskedLm?: MaskedLm;
}

export interface TextRecord extends Omit<ChatRecord, 'changed_messages'> {
  /**
   * `given` by the caller, or `encoded` anew. Else null: there is `none` of the original, there is `no_encoder`, or the given
   * ones are of an `other_model`, for the encoder's vector of the original is not the one that was given.
   */
  readonly vector: 'given' | CopyVector['origin'];
}

export interface AugmentedTexts extends Augmentation {
  /** Each original followed by its copies. */
  readonly texts: readonly string[];
  /** One a text; null when none were given. */
  readonly embeddings: readonly (readonly number[] | null)[] | null;
  readonly records: readonly TextRecord[];
}

export interface AugmentedChats extends Augmentation {
  /** Each original followed by its copies. */
  readonly examples: readonly { readonly messages: readonly ChatTurn[] }[];
  readonly records: readonly ChatRecord[];
}

interface Row {
  readonly text: string;
  readonly vector: readonly number[] | null;
  readonly record: TextRecord;
}

/**
 * Sound copies of training data that lies in memory, by the techniques and rules of the augmentor. What comes of an example
 * follows from `training.random_state`, its id and its text, and no copy equals a text of the set; the set's order changes
 * nothing. Near duplicates across a set are looked for when a dataset is frozen, not here.
 */
export class DataAugmentor {
  readonly #settings: Settings;
  readonly #encoder: Encoder | null;
  readonly #translate: RoundTrip | null;
  readonly #maskedLm: MaskedLm | null;

  constructor({ settings, encoder, translate, maskedLm }: DataAugmentorOptions = {}) {
    this.#settings = settings ?? settingsSchema.parse({});
    this.#encoder = this.#settings.augmentation.gate.encoder ? (encoder ?? null) : null;
    this.#translate = translate ?? null;
    this.#maskedLm = maskedLm ?? null;
  }

  /**
   * @param embeddings one a text, or null
   * @param ids of the examples; default: a hash of the text
   * @throws RangeError when there are not as many of them as texts; TransientError when encoder or translator do not answer
   */
  async augmentEmbeddingData(
    texts: readonly string[],
    embeddings: readonly ArrayLike<number>[] | null = null,
    ids: readonly string[] = texts.map(contentId),
  ): Promise<AugmentedTexts> {
    for (const [name, list] of Object.entries({ embeddings: embeddings ?? texts, ids }))
      if (list.length !== texts.length)
        throw new RangeError(`${texts.length} texts and ${list.length} ${name}`);
    const known = new Set(texts.map(normalise));
    const rows: Row[] = [];
    let techniques: TechniqueSums = {};
    for (const [i, text] of texts.entries()) {
      const given = embeddings?.[i];
      const vector = given === undefined ? null : Array.from(given);
      const made = await this.#rowsOf({ id: ids[i] ?? '', text, vector, known });
      techniques = sumTechniques([techniques, made.techniques]);
      rows.push(...made.rows);
    }
    return {
      texts: rows.map(({ text }) => text),
      embeddings: embeddings === null ? null : rows.map(({ vector }) => vector),
      records: rows.map(({ record }) => record),
      techniques,
      gate: this.#gate(),
    };
  }

  /**
   * Copies of chats: what users said is changed, all their turns by one technique; what the assistant said, and all else,
   * stays byte for byte, for it is what is learned.
   * @param examples `{messages: [{role, content}]}` or `{prompt, completion}` each, with an `id` or named by their content
   * @throws TypeError for anything else, with its index; TransientError when encoder or translator do not answer
   */
  async augmentLlmData(examples: readonly ChatInput[]): Promise<AugmentedChats> {
    const chats: ChatCopy[] = [];
    let techniques: TechniqueSums = {};
    for (const chat of examples.map(readChat)) {
      const made = await augmentChat(chat, this.#context());
      techniques = sumTechniques([techniques, made.techniques]);
      chats.push(...made.chats);
    }
    return {
      examples: chats.map(({ messages }) => ({ messages })),
      records: chats.map(({ record }) => record),
      techniques,
      gate: this.#gate(),
    };
  }

  async #rowsOf({ id, text, vector, known }: Original) {
    const isNearOther = () => false;
    const made = await copiesOfText({ id, text, known, isNearOther }, this.#context());
    const copies = made.copies.map((copy, i): Row => {
      const { technique } = copy;
      const n = made.copies.slice(0, i).filter((one) => one.technique === technique).length;
      const own = vectorFor(copy.vector, { original: vector, again: made.vector });
      const record = {
        example_id: copyId(id, technique, n),
        technique,
        parent_id: id,
        similarity: roundedSimilarity(copy.similarity),
        vector: own.origin,
      };
      return { text: copy.text, vector: own.vector, record };
    });
    const record = {
      example_id: id,
      technique: 'original',
      parent_id: null,
      similarity: null,
      vector: vector === null ? ('none' as const) : ('given' as const),
    };
    const techniques = Object.fromEntries(Object.entries(made.techniques));
    return { rows: [{ text, vector, record }, ...copies], techniques };
  }

  #context() {
    return {
      settings: this.#settings,
      encoder: this.#encoder,
      translate: this.#translate,
      maskedLm: this.#maskedLm,
    };
  }

  #gate(): Augmentation['gate'] {
    return this.#encoder === null ? 'rules' : 'encoder';
  }
}

interface Original {
  readonly id: string;
  readonly text: string;
  readonly vector: readonly number[] | null;
  readonly known: ReadonlySet<string>;
}
