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
 * missing fields, unknown kinds. Each object becomes a typed literal of one TypeScript module. About 3 s.
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

function compilerErrors(manifests: readonly Manifest[]): string[] {
  const name = fileURLToPath(new URL('checked-manifests.ts', import.meta.url));
  const lines = manifests.map(
    (m, i) =>
      `import type { I${m.kind} as T${i} } from '${moduleOf(m)}'; export const o${i}: T${i} = ${JSON.stringify(m)};`,
  );
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  const text = lines.join('\n');
  host.getSourceFile = (file, ...rest) =>
    file === name
      ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022)
      : getSourceFile.call(host, file, ...rest);
  host.fileExists = (file) => file === name || fileExists.call(host, file);
  host.readFile = (file) => (file === name ? text : readFile.call(host, file));
  const program = ts.createProgram([name], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
    const of = manifests[line];
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
    return `${of?.kind}/${of?.metadata?.name}: ${message.slice(0, 300)}`;
  });
}
