import { knownActivation } from './slopes/index.js';
import { activationLibrary } from './slopes/library/index.js';
import * as framework from './5-emit/framework-activations.js';
import * as javascriptTarget from './5-emit/js/javascript.js';
import * as python from './5-emit/python/index.js';
import * as tensorflow from './5-emit/js/tensorflow.js';
import * as typescriptTarget from './5-emit/js/typescript.js';
import type { KnownActivation } from './model/known-activation.js';
import type { Program } from './model/program.js';

/* What prints the modules, with the slopes of their frameworks' activations derived from the library's expressions. */

/** Derived where the equations leave an activation open, and only there: it takes a moment. */
const knowing =
  (
    print: (program: Program, known: readonly KnownActivation[]) => string,
    { known }: framework.FrameworkTable,
  ): ((program: Program) => string) =>
  (program) => {
    if (!program.layers.some(({ activation }) => activation.kind === 'open')) return print(program, []);
    const library = activationLibrary();
    const texts = [...new Set(known.map(({ is }) => is))];
    return print(
      program,
      texts.map((text) => knownActivation(text, () => library)),
    );
  };

export { javascriptTypes } from './5-emit/js/javascript.js';
export { tensorflowTypes } from './5-emit/js/tensorflow.js';

/** Target `js`: an ES module that imports nothing, with `dims`, `constrain`, `forward`, `lmi` and `lipschitz`. */
export const javascript = knowing(javascriptTarget.javascript, framework.javascriptActivations);

/** Target `ts`: the same with types. */
export const typescript = knowing(typescriptTarget.typescript, framework.javascriptActivations);

/** Target `tfjs`: the module of target `js`, and functions on TensorFlow.js tensors with gradients. */
export const tensorflowModule = knowing(tensorflow.tensorflowModule, framework.tensorflowActivations);

/** Target `numpy`: plain functions `dims`, `constrain`, `forward`, `lmi`, `check`, `init`, `export` and `metadata`. */
export const numpyModule = knowing(python.numpyModule, framework.frameworkActivations.numpy);

/** Target `jax`: the same, pure over pytrees; the forward map is called `apply`. */
export const jaxModule = knowing(python.jaxModule, framework.frameworkActivations.jax);

/** Target `torch`: the same on tensors, and a class `Network`, an nn.Module over the free parameters. */
export const torchModule = knowing(python.torchModule, framework.frameworkActivations.torch);
