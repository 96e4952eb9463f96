import { knownActivation } from './slopes/index.js';
import { activationLibrary } from './slopes/library/index.js';
import { frameworkActivations } from './5-emit/framework-activations.js';
import * as javascriptTarget from './5-emit/js/javascript.js';
import * as python from './5-emit/python/index.js';
import * as tensorflow from './5-emit/js/tensorflow.js';
import * as typescriptTarget from './5-emit/js/typescript.js';
import type { KnownActivation } from './model/known-activation.js';
import type { Program } from './model/program.js';

/** The compile targets, with the slopes of their frameworks' activations derived from the library's expressions. */

/** Derived where the equations leave an activation open, and only there: it takes a moment. */
function knownTo(target: keyof typeof frameworkActivations, { layers }: Program): readonly KnownActivation[] {
  if (!layers.some(({ activation }) => activation.kind === 'open')) return [];
  const library = activationLibrary();
  return [...new Set(frameworkActivations[target].known.map(({ is }) => is))].map((text) =>
    knownActivation(text, () => library),
  );
}

/** Target `js`: an ES module that imports nothing, with `dims`, `constrain`, `forward`, `lmi` and `lipschitz`. */
export const javascript = (program: Program): string => javascriptTarget.javascript(program, knownTo('js', program));

/** Target `ts`: the same with types. */
export const typescript = (program: Program): string => typescriptTarget.typescript(program, knownTo('ts', program));

/** Target `tfjs`: the module of target `js`, and functions on TensorFlow.js tensors with gradients. */
export const tensorflowModule = (program: Program): string =>
  tensorflow.tensorflowModule(program, knownTo('tfjs', program));

/** Target `numpy`: plain functions `dims`, `constrain`, `forward`, `lmi`, `check`, `init`, `export` and `metadata`. */
export const numpyModule = (program: Program): string => python.numpyModule(program, knownTo('numpy', program));

/** Target `jax`: the same, pure over pytrees; the forward map is called `apply`. */
export const jaxModule = (program: Program): string => python.jaxModule(program, knownTo('jax', program));

/** Target `torch`: the same on tensors, and a class `Network`, an nn.Module over the free parameters. */
export const torchModule = (program: Program): string => python.torchModule(program, knownTo('torch', program));
