/** Whether folders of models can be opened, asked without TensorFlow: an entry of its own, for who starts no backend. */
export { checkMarianFolder } from './formats/marian-folder.ts';
export { checkMaskedFolder } from './formats/masked-folder.ts';
