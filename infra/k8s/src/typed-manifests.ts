import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { strimziKinds } from './strimzi-schemas.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name?: string };
  readonly [key: string]: unknown;
}

/** The objects of a YAML file, in order. @throws Error with the file's name when a document does not parse */
export function readManifests(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    if (document.errors[0]) throw new Error(`${file}: ${document.errors[0].message}`);
    return document.toJS();
  });
}

/** Module that types a kind, from the Kubernetes API or the two operators whose kinds are used. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  if (apiVersion.startsWith('keda.sh/')) return `@kubernetes-models/keda/${apiVersion}/${kind}`;
  if (apiVersion.startsWith('monitoring.coreos.com/')) {
    return `@kubernetes-models/prometheus-operator/${apiVersion}/${kind}`;
  }
  return `kubernetes-models/${apiVersion}/${kind}`;
}

/**
 * What the types of Kubernetes, KEDA and the Prometheus operator, and schemas of Strimzi's kinds, say against these objects: unknown keys, wrong types,
 * missing fields, unknown kinds. Each object becomes a typed literal of one TypeScript module. The first call of a process
 * reads the types of every kind, 1.2 s of processor time for `prod`;
 * later ones only check, 0.3 s.
 */
export function typeErrors(all: readonly Manifest[]): string[] {
  const ofStrimzi = (manifest: Manifest): boolean =>
    manifest.apiVersion.startsWith('kafka.strimzi.io/');
  return [
    ...all.filter(ofStrimzi).flatMap(strimziErrors),
    ...compilerErrors(all.filter((manifest) => !ofStrimzi(manifest))),
  ];
}

function strimziErrors(manifest: Manifest): string[] {
  const schema = strimziKinds[manifest.kind];
  const name = `${manifest.kind}/${manifest.metadata?.name}`;
  if (schema === undefined) return [`${name}: this kind of Strimzi is not known here`];
  const { error } = schema.safeParse(manifest);
  return (error?.issues ?? []).map((issue) => `${name}: ${issue.path.join('.')} ${issue.message}`);
}

const options: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'], // not the browser's types, which are larger than all of Kubernetes'
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
};
const host = ts.createCompilerHost(options);

/** Of a package's file, which no call changes: read and bound once a process. */
const packageFiles = new Map<string, ts.SourceFile | undefined>();

function compilerErrors(manifests: readonly Manifest[]): string[] {
  const name = fileURLToPath(new URL('checked-manifests.ts', import.meta.url));
  const lines = manifests.map(
    (m, i) =>
      `import type { I${m.kind} as T${i} } from '${moduleOf(m)}'; export const o${i}: T${i} = ${JSON.stringify(m)};`,
  );
  const text = lines.join('\n');
  const withModule: ts.CompilerHost = {
    ...host,
    getSourceFile: (file, ...rest) => {
      if (file === name) return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
      if (!packageFiles.has(file)) packageFiles.set(file, host.getSourceFile(file, ...rest));
      return packageFiles.get(file);
    },
    fileExists: (file) => file === name || host.fileExists(file),
    readFile: (file) => (file === name ? text : host.readFile(file)),
  };
  const program = ts.createProgram([name], options, withModule);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
    const of = manifests[line];
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    return `${of?.kind}/${of?.metadata?.name}: ${message.slice(0, 300)}`;
  });
}
