import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from '@millrace/local-stack/processes';
import { type Buildah, ImageError } from './buildah.ts';

/** Of a Debian root and this machine's Node: stands for node:24-bookworm-slim where no registry of images can be reached. */
const name = 'localhost/millrace-node-base';
const codename = 'bookworm';
const certificates = '/etc/ssl/certs/ca-certificates.crt';

interface NodeBaseOptions {
  readonly buildah: Buildah;
  /** Where the root is made; it goes when the image is there. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** @returns the image's name; made anew only where it is not there yet, about a minute */
export async function nodeBase({ buildah, folder, say, signal }: NodeBaseOptions): Promise<string> {
  if ((await buildah.try('inspect', '--type', 'image', name)).code === 0) return name;
  say('making the base image: Debian by debootstrap, Node of this machine');
  const root = path.join(folder, 'root');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const made = await run(
    'debootstrap',
    [
      '--variant=minbase',
      '--include=ca-certificates,libstdc++6',
      codename,
      root,
      await mirror(signal),
    ],
    { signal },
  );
  if (made.code !== 0)
    throw new ImageError(`debootstrap ended with ${made.code}: ${made.stdout.slice(-800)}`);
  const node = path.dirname(path.dirname(process.execPath));
  cpSync(process.execPath, path.join(root, 'usr/local/bin/node'));
  const npm = [path.join(node, 'lib/node_modules/npm'), '/usr/lib/node_modules/npm'].find(
    existsSync,
  );
  if (npm === undefined) throw new ImageError('npm is not beside this Node');
  cpSync(npm, path.join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  // a machine behind a proxy of its own trusts more than Debian does
  if (existsSync(certificates)) cpSync(certificates, path.join(root, certificates));
  const container = await buildah.run('from', 'scratch');
  await buildah.run('add', container, root, '/');
  const link = 'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm';
  await buildah.run('run', '--isolation', 'chroot', container, '--', 'sh', '-c', link);
  const trusting = ['NODE_EXTRA_CA_CERTS', 'PIP_CERT', 'SSL_CERT_FILE'].flatMap((variable) => [
    '--env',
    `${variable}=${certificates}`,
  ]);
  await buildah.run('config', ...trusting, container);
  await buildah.run('commit', '--rm', container, name);
  rmSync(root, { recursive: true, force: true });
  return name;
}

/** The Debian mirror that this machine's apt uses. */
async function mirror(signal: AbortSignal): Promise<string> {
  const format = '$(REPO_URI) $(CODENAME) $(COMPONENT)';
  const { stdout } = await run('apt-get', ['indextargets', '--format', format], { signal });
  const found = stdout.split('\n').map((line) => line.split(' '));
  const [uri] =
    found.find(([, code, component]) => code === codename && component === 'main') ?? [];
  if (uri === undefined) throw new ImageError(`apt knows no mirror of ${codename}`);
  return uri;
}
