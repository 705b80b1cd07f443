import { VerifyError } from '../verify-error.ts';
import { assert, type Scene, seen } from './scene.ts';

/** CPU that each pod of the ingestor uses from now on; it asks for 250 m. */
const busy = '1000m';

/** The ingestor's pods use more than the autoscaler wants: it adds pods, up to its bound and not further. */
export async function scaleOnCpu(scene: Scene): Promise<void> {
  const { kubectl } = scene.cluster;
  await assert(
    scene,
    'the ingestor grows with its CPU, to the bound of its autoscaler',
    async () => {
      const scaler = JSON.parse(
        await kubectl.run(['-n', 'millrace', 'get', 'hpa', 'ingestor', '-o', 'json']),
      );
      const { minReplicas, maxReplicas } = scaler.spec;
      if (!(maxReplicas > minReplicas)) throw new VerifyError('its bounds leave it no room');
      const annotations = { 'kwok.x-k8s.io/usage-cpu': busy };
      const patch = JSON.stringify({ spec: { template: { metadata: { annotations } } } });
      await kubectl.run([
        '-n',
        'millrace',
        'patch',
        'deployment',
        'ingestor',
        '--type=merge',
        '-p',
        patch,
      ]);
      return await seen(scene, 180_000, ({ Deployment }) => {
        const ingestor = Deployment.find(({ metadata }) => metadata.name === 'ingestor');
        const available = ingestor?.status.availableReplicas ?? 0;
        return available === maxReplicas && ingestor?.spec.replicas === maxReplicas
          ? { is: `${minReplicas} to ${maxReplicas} pods at ${busy} of 250m each` }
          : { not: `${available} of ${maxReplicas} pods` };
      });
    },
  );
}
