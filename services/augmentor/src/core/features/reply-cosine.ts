import type { FeatureGroup } from './feature.ts';

/**
 * How near the reply is to what was asked, by the embedding model. Three digits: the last bits of a vector differ between
 * backends (by 2e-7 between lists on one), and a dataset's hash should not.
 */
export const replyCosine: FeatureGroup<
  number | null,
  'anchor_reply_cosine' | 'reply_cosine_measured'
> = {
  docs: {
    anchor_reply_cosine: {
      unit: '-1 to 1',
      meaning:
        'Cosine of the embeddings of anchor and reply, of the first 256 tokens of each, to three digits; 0 where nobody measured.',
    },
    reply_cosine_measured: {
      unit: '0 or 1',
      meaning: '1 when it was measured: `augmentation.reply_cosine`, and an encoder.',
    },
  },
  of: (cosine) => ({
    anchor_reply_cosine: cosine === null ? 0 : Math.round(clamped(cosine) * 1e3) / 1e3 + 0,
    reply_cosine_measured: cosine === null ? 0 : 1,
  }),
};

/** Unit vectors of float32 may be a little too long. */
const clamped = (cosine: number): number => Math.min(1, Math.max(-1, cosine));
