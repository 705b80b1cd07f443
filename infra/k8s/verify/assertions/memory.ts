import { settingsSchema } from '@millrace/shared/contracts/settings';
import { parse } from 'yaml';
import type { Snapshot } from '../snapshot.ts';
import { type Assertion, counted } from './assertion.ts';

/** GiB at its height: docs/kubernetes.md, "More models for the augmentor". */
const needs = { encoder: 2, maskedLm: 0.8, translators: 1.8 } as const;
const units: Readonly<Record<string, number>> = { Mi: 1 / 1024, Gi: 1 };

/** The models that the settings name are in memory together: a pod with less is killed in the middle of a batch. */
export const modelsFit: Assertion = {
  name: "the augmentor's memory is enough for the models that the settings name",
  about: ({ Deployment }) => counted(Deployment.filter(isAugmentor).length, 'Deployment'),
  problems: ({ Deployment, ConfigMap }) => {
    const text = ConfigMap.find(({ metadata }) => metadata.name === 'millrace-settings');
    const needed = gibibytesOf(text?.data['millrace.yaml'] ?? '');
    return Deployment.filter(isAugmentor).flatMap(({ metadata, spec }) => {
      const limit = `${spec.template.spec.containers[0]?.resources.limits['memory']}`;
      const [, amount, unit = ''] = /^([\d.]+)([MG]i)$/.exec(limit) ?? [];
      return Number(amount) * (units[unit] ?? 0) >= needed
        ? []
        : [`Deployment/${metadata.name}: its models need ${needed} GiB, its limit is ${limit}`];
    });
  },
};

const isAugmentor = ({ metadata }: Snapshot['Deployment'][number]): boolean =>
  metadata.name === 'augmentor';

function gibibytesOf(settings: string): number {
  const { augmentation } = settingsSchema.parse(parse(settings) ?? {});
  const { contextual, back_translation } = augmentation;
  const all = [
    needs.encoder,
    contextual.masked_lm === null ? 0 : needs.maskedLm,
    back_translation.models === null ? 0 : needs.translators,
  ];
  return Math.round(all.reduce((sum, gibibytes) => sum + gibibytes, 0) * 10) / 10;
}
