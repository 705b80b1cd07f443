/**
 * The functions of the native addon (`@tensorflow/tfjs-node-gpu`, built against a current libtensorflow) that the
 * engine calls. All of them block the calling thread until TensorFlow is done, and all throw an `Error` that carries
 * TensorFlow's own sentence. A handle is an integer that owns one tensor until `deleteTensor`.
 */
export interface NativeBinding {
  /** Copies `values` into a new tensor and returns its handle. */
  createTensor(shape: number[], dtype: number, values: NativeValues): number;
  /** Frees one tensor. A handle of a resource variable frees the handle, not the variable. */
  deleteTensor(handle: number): void;
  /** Copies a tensor's values out; waits for the device that computes them. */
  tensorDataSync(handle: number): Float32Array | Int32Array | Uint8Array;
  /**
   * Runs one kernel eagerly.
   * @param numOutputs  must equal what the kernel gives; 0 for kernels that only have an effect
   */
  executeOp(
    kernel: string,
    attributes: NativeAttribute[],
    inputs: number[],
    numOutputs: number,
  ): NativeTensor[];
  /** Loads the SavedModel in `folder` as one session with its own variables; the files may go afterwards. */
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  /**
   * One `TF_SessionRun`: feeds `inputs` and fetches what is named.
   * @param inputNames   comma-separated `name:0`, one for each input
   * @param outputNames  comma-separated `name:index`; only what these depend on is computed
   */
  runSavedModel(
    session: number,
    inputs: number[],
    inputNames: string,
    outputNames: string,
  ): NativeTensor[];
  getNumOfSavedModels(): number;
  /** How many handles are alive: a leak shows here. */
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;

  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_BOOL: number;
  readonly TF_RESOURCE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** One attribute of a kernel; `type` is one of the binding's `TF_ATTR_*`. */
export interface NativeAttribute {
  name: string;
  type: number;
  value: boolean | number | string | number[];
}

/** What a kernel gave back; `dtype` is one of the binding's `TF_*`. */
export interface NativeTensor {
  id: number;
  shape: number[];
  dtype: number;
}

export type NativeValues = Float32Array | Int32Array | Uint8Array;
