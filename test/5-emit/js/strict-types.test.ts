import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { javascript } from '../../../src/5-emit/js/javascript.js';
import { typescript } from '../../../src/5-emit/js/typescript.js';
import { knownActivation } from '../../../src/slopes/library-slopes.js';
import { javascriptActivations } from '../../../src/5-emit/framework-activations.js';
import { loadArchitecture, pivotStrategy, strategies } from '../../../src/index.js';
import { lowerArchitecture } from '../../../src/compile.js';
import { multiplierChoices } from '../../../src/model/strategy.js';
import { contractionChoices } from '../../../rules/contractions.js';
import { nested } from '../../block-architectures.js';
import { Workshop, strictest } from '../targets.js';

const workshop = new Workshop();
afterAll(() => workshop.close());

const known = javascriptActivations.known.map(({ is }) => knownActivation(is));
const rows = strategies.filter(({ kind }) => kind === 'rows');
const pivots = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.map((contraction) => pivotStrategy({ multipliers, contraction })),
);

/**
 * Every strategy and variant once. Activations, blocks and other architectures are compiled in the tests of their own.
 */
const programs = [
  ...[...rows, ...pivots].map((strategy) => lowerArchitecture(loadArchitecture('residual'), { depth: 1, strategy })),
  lowerArchitecture(loadArchitecture('linear'), { depth: 1 }),
];

describe('TypeScript modules', () => {
  it('compile under the strictest options', () => {
    const files = programs.map((program) => workshop.write(typescript(program, known), 'ts'));
    const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(files, strictest));
    expect(
      diagnostics.map(
        ({ file, start, messageText }) =>
          `${file?.text.slice(start, (start ?? 0) + 60) ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      ),
    ).toEqual([]);
  });

  it('are the JavaScript ones once their types are taken off, so equally fast', () => {
    const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true };
    const plain = (text: string, ending: string): string =>
      ts.transpileModule(text, { fileName: join('/', `module.${ending}`), compilerOptions: options }).outputText;
    const some = [
      ...programs.filter((_, k) => k % 4 === 0),
      lowerArchitecture(nested(), { depth: 1, strategy: 'gershgorin' }),
    ];
    for (const program of some)
      expect(plain(typescript(program, known), 'ts')).toBe(plain(javascript(program, known), 'js'));
  });
});
