import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { gpuImage, serviceImages } from './service-images.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const images = [...serviceImages, gpuImage];
const stages = new Set(
  [...read('Dockerfile').matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage),
);

test('every service has its image, of a stage that the Dockerfile has', () => {
  const services = new Set(serviceImages.map(({ service }) => service));
  expect(services).toEqual(new Set(readdirSync(path.join(root, 'services'))));
  for (const { name, target } of images)
    if (target !== null) expect(stages, name).toContain(target);
});

test('compose builds each from the same stage, and Kubernetes runs no other', () => {
  const built = read('docker-compose.yml').matchAll(
    /image: (millrace\/[a-z-]+):local\n +build: \{ context: \.,(?: target: ([a-z-]+),)? args: \{ SERVICE: (\w+) \} \}/g,
  );
  const found = [...built].map(
    ([, name, target, service]) => `${name} ${target ?? null} ${service}`,
  );
  const ours = images.map(({ name, target, service }) => `${name} ${target} ${service}`);
  expect(new Set(found)).toEqual(new Set(ours));
  const manifests = ['base', 'components/gpu'].flatMap((folder) =>
    readdirSync(path.join(root, 'infra/k8s', folder)).map((file) =>
      read(path.join('infra/k8s', folder, file)),
    ),
  );
  const run = manifests.join('\n').matchAll(/(?:image|value): (millrace\/[a-z-]+)/g);
  expect(new Set([...run].map(([, name]) => name))).toEqual(
    new Set(images.map(({ name }) => name)),
  );
});

test('the GPU image finds each library that it installs, each of a pinned hash', () => {
  const wanted = read('infra/images/cuda-libraries.txt')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const [, places = ''] = /LD_LIBRARY_PATH=(\S+)/.exec(read('Dockerfile')) ?? [];
  for (const line of wanted) {
    const [, name = ''] =
      /^nvidia-([a-z-]+)-cu12==[\d.]+ --hash=sha256:[0-9a-f]{64}$/.exec(line) ?? [];
    expect(name, line).not.toBe('');
    // the compiler is called by its path, not linked
    if (name !== 'cuda-nvcc')
      expect(places.split(':')).toContain(`/opt/nvidia/${name.replace('-', '_')}/lib`);
  }
  expect(wanted.length).toBeGreaterThan(10);
});
