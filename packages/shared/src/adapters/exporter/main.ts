/** The exporter's program: figures of the whole fleet at /metrics, from the broker and the database. */
import { serve } from '../service.ts';
import { startExporter } from './start-exporter.ts';

await serve('exporter', { process, start: async (service) => [startExporter(service)] });
