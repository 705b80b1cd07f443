import { type Buildah, ImageError } from './buildah.ts';
import type { ServiceImage } from './service-images.ts';

export interface BuildOptions {
  readonly buildah: Buildah;
  readonly checkout: string;
  /** The Dockerfile's NODE_IMAGE. */
  readonly base: string;
}

export async function buildImage(
  { name, service, target }: ServiceImage,
  { buildah, checkout, base }: BuildOptions,
): Promise<string> {
  await buildah.run(
    ...['build', '--isolation', 'chroot', '--layers', '--format', 'docker', '--quiet'],
    ...['--build-arg', `NODE_IMAGE=${base}`, '--build-arg', `SERVICE=${service}`],
    ...(target === null ? [] : ['--target', target]),
    ...['--tag', name, checkout],
  );
  const listed = await buildah.run('images', '--format', '{{.Size}}', name);
  return listed.split('\n')[0] ?? '';
}

/** Who runs in it, and what must not be there. */
export async function inspectImage({ name }: ServiceImage, { buildah }: BuildOptions) {
  const format = '{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}}';
  const said = await buildah.run('inspect', '--type', 'image', '--format', format, name);
  if (!said.startsWith('65532:65532 ')) throw new ImageError(`${name} runs as ${said}`);
  const container = await buildah.run('from', name);
  try {
    const script =
      'id -u; for tool in gcc g++ cc make python3 pip pnpm git; do command -v $tool; done; ' +
      'find / -xdev -path "*/services/*/src/main.ts" -not -path "/proc/*" | wc -l; touch /app/x 2>&1';
    const run = ['run', '--isolation', 'chroot', container, '--', 'sh', '-c', script];
    const { stdout } = await buildah.try(...run);
    const [user, ...rest] = stdout.trim().split('\n');
    const written = rest.at(-1) ?? '';
    const tools = rest.slice(0, -2);
    if (user !== '65532') throw new ImageError(`${name} runs as user ${user}`);
    if (tools.length > 0) throw new ImageError(`${name} holds ${tools.join(', ')}`);
    if (rest.at(-2) !== '1') throw new ImageError(`${name} holds ${rest.at(-2)} services, not 1`);
    if (!/denied|Read-only/.test(written))
      throw new ImageError(`${name}: its user may write to /app`);
    return 'user 65532, no build tools, one service, /app not writable';
  } finally {
    await buildah.try('rm', container);
  }
}
