import type { Program } from '../model/program.js';
import { moduleText } from './module-text.js';
import { provenanceOf } from './provenance.js';
import { TensorPrinter } from './tensor-text.js';

/** Target `tfjs`: the module of target `js`, and functions on TensorFlow.js tensors with gradients. Imports `@tensorflow/tfjs`. */
export const tensorflowModule = (program: Program): string =>
  moduleText(program, { typed: false, precision: 'single' }, provenanceOf(program), { importLine: "import * as tf from '@tensorflow/tfjs';", print: (code) => new TensorPrinter(program, code).print() });
