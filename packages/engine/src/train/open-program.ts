import type { Backend } from '../backend/backend.ts';
import { tfjsEngine } from '../kernels/tfjs-engine.ts';
import { tfjsVariables } from '../kernels/tfjs-variables.ts';
import type { TrainableNet } from '../nets/net.ts';
import { eagerProgram } from './eager-program.ts';
import { graphProgram } from './graph-program.ts';
import type { Program } from './program.ts';

/** A net on the fastest engine of a backend: one graph on the native library, operator by operator elsewhere. */
export function openProgram({ native, tf }: Backend, net: TrainableNet): Program {
  if (native) return graphProgram({ binding: native.binding, net });
  return eagerProgram({ engine: tfjsEngine(tf), variables: tfjsVariables(tf), net });
}
