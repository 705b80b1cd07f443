/** An image of the Dockerfile. */
export interface ServiceImage {
  /** As compose and Kubernetes call it. */
  readonly name: string;
  readonly service: string;
  /** The Dockerfile's stage; null: its last. */
  readonly target: string | null;
  /** Programs that are started in it, by the arguments of each. */
  readonly programs: readonly (readonly string[])[];
  /** Folders of TensorFlow that must load in it. */
  readonly libraries: readonly string[];
}

const cpu = '/opt/tensorflow';

export const serviceImages: readonly ServiceImage[] = [
  {
    name: 'millrace/ingestor',
    service: 'ingestor',
    target: null,
    programs: [[]],
    libraries: [],
  },
  {
    name: 'millrace/validator',
    service: 'validator',
    target: null,
    programs: [[]],
    libraries: [],
  },
  {
    name: 'millrace/augmentor',
    service: 'augmentor',
    target: 'tensorflow-cpu',
    programs: [[]],
    libraries: [cpu],
  },
  {
    name: 'millrace/trainer',
    service: 'trainer',
    target: 'tensorflow-cpu',
    programs: [['scheduler'], ['runner']],
    libraries: [cpu],
  },
];

/** Asked for by --gpu: 2 GB to fetch, 6 GB on disk. Its library loads without a card; that it computes on one is not seen here. */
export const gpuImage: ServiceImage = {
  name: 'millrace/trainer-gpu',
  service: 'trainer',
  target: 'tensorflow-gpu',
  programs: [['runner']],
  libraries: [cpu, '/opt/tensorflow-gpu'],
};
