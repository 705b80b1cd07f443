/** Who may import whom. Each rule's comment says what to do when it fires. @type {import('dependency-cruiser').IConfiguration} */

const pkg = (names) => `node_modules/(${names})/`; // matches pnpm paths too; keep it simple: safe-regex rejects nested repetition
const TEST = '\\.test\\.ts$';
const OUTSIDE = '^(e2e|examples|tools|bench)/';
const IO = 'kafkajs|postgres|drizzle-orm|prom-client|@opentelemetry';
const PURE = 'zod|vader-sentiment|wink-nlp|wink-eng-lite-web-model|ml-[^/]+|@noble/hashes';

export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Split the shared piece out into domain/ or contracts/.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment:
        'core/ decides, it does not do. Pass the fact in, or return a decision for stage.ts.',
      from: { path: '^services/[^/]+/src/core/', pathNot: TEST },
      to: {
        pathNot: [
          '^services/[^/]+/src/core/',
          '^packages/shared/src/(contracts|domain)/',
          '^packages/text/src/',
          '^packages/engine/src/',
          pkg(PURE),
        ],
      },
    },
    {
      name: 'only-the-trainers-core-knows-the-engine',
      severity: 'error',
      comment: 'Other cores get an Encoder as an argument; their main.ts builds it.',
      from: { path: '^services/[^/]+/src/core/', pathNot: ['^services/trainer/', TEST] },
      to: { path: ['^packages/engine/', pkg('@tensorflow/[^/]+')] },
    },
    {
      name: 'text-is-pure',
      severity: 'error',
      comment: 'packages/text reads text, nothing else: no Node module, no file, no network.',
      from: { path: '^packages/text/src/', pathNot: TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'text-and-engine-stand-alone',
      severity: 'error',
      comment: 'packages/text and packages/engine know no service, no shared, and not each other.',
      from: { path: '^packages/(text|engine)/' },
      to: { path: '^(services|packages)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'contracts-import-only-zod',
      severity: 'error',
      comment: 'contracts/ is what crosses a topic; keep it free of everything but zod.',
      from: { path: '^packages/shared/src/contracts/', pathNot: TEST },
      to: { pathNot: ['^packages/shared/src/contracts/', pkg('zod')] },
    },
    {
      name: 'domain-imports-domain',
      severity: 'error',
      comment:
        'domain/ is plain TypeScript (a hash, packages/text): no other library, no other layer.',
      from: { path: '^packages/shared/src/domain/', pathNot: TEST },
      to: {
        pathNot: ['^packages/shared/src/domain/', '^packages/text/src/', pkg('@noble/hashes')],
      },
    },
    {
      name: 'ports-are-types',
      severity: 'error',
      comment: 'A port is an interface. Use `import type`.',
      from: { path: '^packages/shared/src/ports/' },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'runtime-knows-no-broker',
      severity: 'error',
      comment: 'The stage loop speaks to ports; put the library call into adapters/.',
      from: { path: '^packages/shared/src/runtime/', pathNot: TEST },
      to: { path: ['^packages/shared/src/adapters/', pkg(IO)] },
    },
    {
      name: 'io-libs-only-in-adapters',
      severity: 'error',
      comment: 'Only adapters/ and telemetry/ may touch an I/O library (ports/ their types).',
      from: {
        path: '^(services|packages)/',
        pathNot: ['^packages/shared/src/(adapters|telemetry|ports)/', '\\.int\\.test\\.ts$'],
      },
      to: { path: pkg(IO) },
    },
    {
      name: 'adapters-only-from-main',
      severity: 'error',
      comment: 'main.ts chooses the adapters; hand the port to whoever needs it.',
      from: {
        pathNot: [
          '/main\\.ts$',
          '^packages/cli/src/',
          '^packages/shared/src/(adapters|testing)/',
          TEST,
          OUTSIDE,
        ],
      },
      to: { path: '^packages/shared/src/adapters/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'services-are-islands',
      severity: 'error',
      comment: 'Services meet on topics, never by import. Move the shared idea to packages/shared.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-know-no-service',
      severity: 'error',
      comment: 'Dependencies point inwards; only pipeline and cli join the services.',
      from: { path: '^packages/', pathNot: '^packages/(pipeline|cli)/' },
      to: { path: '^services/' },
    },
    {
      name: 'services-by-their-face',
      severity: 'error',
      comment: 'pipeline and cli import a service through src/index.ts, nothing deeper.',
      from: { path: '^packages/(pipeline|cli)/', pathNot: TEST },
      to: { path: '^services/', pathNot: '^services/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'tests-by-face-or-builders',
      severity: 'error',
      comment: "A test of pipeline and cli may use a service's src/testing/ too, nothing deeper.",
      from: { path: '^packages/(pipeline|cli)/.*\\.test\\.ts$' },
      to: { path: '^services/', pathNot: '^services/[^/]+/src/(index\\.ts$|testing/)' },
    },
    {
      name: 'testing-stays-in-tests',
      severity: 'error',
      comment: 'Builders and fakes never ship.',
      from: { pathNot: [TEST, '/src/testing/', OUTSIDE] },
      to: { path: '/src/testing/' },
    },
    {
      name: 'no-test-imports',
      severity: 'error',
      comment: 'Factor what you need out of the test.',
      from: {},
      to: { path: TEST },
    },
    {
      name: 'not-unresolvable',
      severity: 'error',
      comment: "Fix the path or add the package to this workspace's package.json.",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-deps-in-src',
      severity: 'error',
      comment: 'A production install would break.',
      from: {
        path: '/src/',
        pathNot: [TEST, '/src/testing/', '^infra/(k8s|observability)/'],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      mainFields: ['main', 'types'],
    },
  },
};
