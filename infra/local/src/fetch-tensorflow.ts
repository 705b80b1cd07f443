/** `node fetch-tensorflow.ts cpu|gpu` prints the folder of TensorFlow's library and addon, fetched and built where it is not cached. */
import { ensureTensorflow, ensureTensorflowGpu } from './assets/index.ts';

const device = process.argv[2];
if (device !== 'cpu' && device !== 'gpu') throw new TypeError('say cpu or gpu');
process.stdout.write(`${await (device === 'gpu' ? ensureTensorflowGpu() : ensureTensorflow())}\n`);
