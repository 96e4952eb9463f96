import type { Code } from './code.js';
import type { Door } from './doors.js';
import { printDoor } from './doors.js';
import type { Trainer } from './module.js';

const options = 'knownOptions(options, optionNames);';

/**
 * What a TensorFlow.js module has beside the functions of the JavaScript one: tensors have float32 only and no
 * Cholesky factorization, so the float64 `constrain` and its vector–Jacobian product stand behind `tf.customGrad`.
 */
const doors: readonly Door[] = [
  {
    text: 'tf.Variables (float32) with these free parameters, by name: what an optimizer trains.',
    signature:
      'variables(free: Readonly<Record<string, ArrayLike<number>>>, options: Options = {}): ' +
      'Record<string, tf.Variable>',
    lines: [options, 'return variablesOf(tf, network, free, options);'],
  },
  {
    text:
      'Free parameters (tensors or variables, by name) → weights, biases and multipliers as tensors, with gradients: ' +
      'constrain() in float64, rounded to float32, and its vector–Jacobian product. Reads the tensors synchronously ' +
      '(dataSync). Dense weights have the shape [rows, columns], all else [rows]. In a training step, call it inside ' +
      'the loss function.',
    signature:
      'constrained(free: Readonly<Record<string, tf.Tensor>>, options: TensorOptions = {}): ConstrainedTensors',
    lines: [options, 'return constrainedOf(tf, network, free, options);'],
  },
  {
    text:
      'The network on a batch x of shape [points, width of x], of weights as constrained() gives them. Where the ' +
      'equations leave the activation open it is the one that constrained() was given, or else m v for v < 0 and L v ' +
      'for v >= 0; or `activation`, one or one for each hidden signal: a text, a function of TensorFlow.js, which is ' +
      'called with the tensor alone, or one of yours, called with tensor and layer. Its slopes must be known and lie ' +
      'in those of the weights, or else be your word: the slopes that were given.',
    signature:
      'apply(weights: ConstrainedTensors, x: tf.Tensor, activation?: TensorActivation | readonly TensorActivation[])' +
      ': tf.Tensor2D',
    lines: ['return applyOf(tf, network, weights, x, activation);'],
  },
  {
    text:
      'What constrained() gave, with the values of its tensors as they are (float32) in Float64Arrays: for lmi(), ' +
      'check() and instance().',
    signature: 'download(weights: ConstrainedTensors): Constrained',
    lines: ['return downloadOf(weights);'],
  },
];

/** Types in the place of the runtime's: functions of numbers and of tensors are both taken; and types of results. */
const types: readonly string[] = [
  '// A parameter that is never: functions of numbers and of tensors are both taken.',
  'export type ActivationFunction = (value: never, layer: number) => unknown;',
  '// An activation as the weights were made for it.',
  'export interface Activation {',
  '  name: string | null;',
  '  slopes: readonly [number, number] | null;',
  '  stated: boolean;',
  '  apply: ActivationFunction | null;',
  '  tensor?: (v: tf.Tensor) => tf.Tensor;',
  '}',
  '// What constrain() gives, as tensors.',
  'export interface ConstrainedTensors {',
  '  widths: Record<string, number>;',
  '  slopes: [number, number][];',
  '  lipschitz: number;',
  '  weights: Record<string, tf.Tensor>;',
  '  biases: Record<string, tf.Tensor>;',
  '  multipliers: Record<string, tf.Tensor>;',
  '  activations?: (Activation | null)[] | undefined;',
  '}',
  'export type TensorActivation = string | null | ((v: tf.Tensor, layer: number) => tf.Tensor);',
  "export interface TensorOptions extends Omit<Options, 'activation' | 'into'> {",
  '  activation?: TensorActivation | readonly TensorActivation[] | undefined;',
  '}',
];

export const tensorflow: Trainer = {
  importLine: "import * as tf from '@tensorflow/tfjs';",
  types,
  print: (code: Code) => doors.forEach((door) => printDoor(door, code)),
};
