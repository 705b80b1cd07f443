import type * as TF from '@tensorflow/tfjs';
import type { NativeBinding } from '../backend/native-binding.ts';
import { nativeEngine } from '../kernels/native-engine.ts';
import { nativeVariables } from '../kernels/native-variables.ts';
import { tfjsEngine } from '../kernels/tfjs-engine.ts';
import { tfjsVariables } from '../kernels/tfjs-variables.ts';
import type { TrainableNet } from '../nets/net.ts';
import { eagerProgram } from '../train/eager-program.ts';
import { graphProgram } from '../train/graph-program.ts';
import type { Program } from '../train/program.ts';

type OpenProgram = (net: TrainableNet) => Program;

/** The engines by name, each of which must compute what the others do. */
export const graphOn =
  (binding: NativeBinding): OpenProgram =>
  (net) =>
    graphProgram({ binding, net });

export const eagerOn =
  (binding: NativeBinding): OpenProgram =>
  (net) => {
    const engine = nativeEngine(binding);
    const tensors = [...net.frozen, ...net.parameters];
    const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
    return eagerProgram({ engine, variables: nativeVariables(engine, shapes), net });
  };

/** On the backend that tfjs has chosen. */
export const tfjsOn =
  (tf: typeof TF): OpenProgram =>
  (net) =>
    eagerProgram({ engine: tfjsEngine(tf), variables: tfjsVariables(tf), net });
