import { type Buildah, ImageError } from './buildah.ts';
import type { ServiceImage } from './service-images.ts';

/** Whether TensorFlow's library and its addon load in the image, as the engine loads them. @throws ImageError with what it says */
export async function loadLibrary(
  { name, service }: ServiceImage,
  folder: string,
  buildah: Buildah,
): Promise<string> {
  const script = [
    "import { openBackend } from '@millrace/engine';",
    `const { name, says } = await openBackend({ libraryFolder: '${folder}' });`,
    "if (name !== 'tensorflow') process.exitCode = 1;",
    'console.log(says);',
  ].join(' ');
  const container = await buildah.run('from', name);
  try {
    const { code, stdout, stderr } = await buildah.try(
      ...['run', '--isolation', 'chroot', '--workingdir', `/app/services/${service}`],
      ...[container, '--', 'node', '--input-type=module', '--eval', script],
    );
    if (code !== 0) throw new ImageError(`${stdout}${stderr}`.trim().slice(-800));
    return stdout.trim();
  } finally {
    await buildah.try('rm', container);
  }
}
