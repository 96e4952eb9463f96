import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userFolder } from './packed.js';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  dependencies: object;
  peerDependencies: object;
};
const needed = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];

let folder = '';
beforeAll(() => {
  folder = userFolder(needed);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a user writes: a built-in architecture, one of their own, and a path. */
const program = `
import { compile, loadArchitecture, lowerArchitecture, numpyModule, parseArchitecture } from 'lipwright';
const network = compile(loadArchitecture('residual'), { depth: 2 });
const weights = network.constrain(network.init(0, { x: 2, w: 3, y: 2 }), {});
const own = parseArchitecture('name: own\\nequations: |\\n  w = gelu(C * x + b)\\n  y = B * w\\n', null);
let refusal = '';
try {
  loadArchitecture('./own.yaml');
} catch (error) {
  refusal = error.code;
}
const module = numpyModule(lowerArchitecture(loadArchitecture('residual'), { depth: 1 }));
const emitted = /^def _resolve/m.test(module);
globalThis.result = JSON.stringify({ emitted, y: network.forward(weights, [1, 2]).length, own: own.name, refusal });
`;
const expected = JSON.stringify({ emitted: true, y: 2, own: 'own', refusal: 'LW101' });

async function bundle(name: string, options: esbuild.BuildOptions): Promise<string> {
  const entry = join(folder, name);
  writeFileSync(entry, program);
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    logLevel: 'silent',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

describe('bundles', () => {
  it('for a browser: runs where there is nothing of Node, and refuses paths with a code', async () => {
    const text = await bundle('browser.mjs', { platform: 'browser', format: 'iife' });
    const context = createContext({ TextEncoder, TextDecoder, URL, performance, atob, btoa, setTimeout });
    runInContext(text, context);
    expect(context['result']).toBe(expected);
  });

  it('for Node: one file that runs alone', async () => {
    const text = await bundle('node.mjs', { platform: 'node' });
    const alone = join(folder, 'alone');
    mkdirSync(alone);
    writeFileSync(join(alone, 'bundle.cjs'), `${text}\nconsole.log(globalThis.result);\n`);
    // Moved out of reach of any node_modules.
    const away = join(dirname(folder), `${folder.split('/').at(-1) ?? ''}-alone`);
    cpSync(alone, away, { recursive: true });
    try {
      expect(execFileSync(process.execPath, ['bundle.cjs'], { cwd: away, encoding: 'utf8' }).trim()).toBe(expected);
    } finally {
      rmSync(away, { recursive: true });
    }
  });
});

describe('Node', () => {
  const node = (...args: readonly string[]): string =>
    execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

  it('CommonJS code requires it', () => {
    writeFileSync(
      join(folder, 'common.cjs'),
      "const { compile, loadArchitecture } = require('lipwright');\n" +
        "console.log(compile(loadArchitecture('residual'), { depth: 1 }).program.depth);\n",
    );
    expect(node('common.cjs')).toBe('1');
  });

  it('its command runs', () => {
    expect(
      node(
        join('node_modules', 'lipwright', 'dist', 'src', 'cli', 'main.js'),
        'sample',
        'residual',
        '--depth',
        '1',
        '--dims',
        'x=1,w=1,y=1',
        '--json',
      ),
    ).toMatch(/^\{"architecture":"residual"/);
  });
});

describe('files', () => {
  it('no source map leads to a file that is not shipped', () => {
    const own = join(folder, 'node_modules', 'lipwright');
    const scripts = readdirSync(join(own, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.js'),
    );
    expect(scripts.length).toBeGreaterThan(200);
    const maps = scripts.flatMap((file) =>
      [...readFileSync(join(own, 'dist', file), 'utf8').matchAll(/^\/\/# sourceMappingURL=(.*)$/gm)].map(
        ([, map = '']) => join(own, 'dist', dirname(file), map),
      ),
    );
    expect(maps.filter((map) => !existsSync(map))).toEqual([]);
  });
});

const consumer = `
import fc from 'fast-check';
import { compile, loadArchitecture, type Certificate, type Constrained } from 'lipwright';
import { lipschitzBounded as bounded, negativeSemidefinite as again } from 'lipwright/property';
import { negativeSemidefinite } from 'lipwright';

const network = compile(loadArchitecture('residual'), { depth: 2 });
export const weights: Constrained = network.constrain(network.init(0, { x: 2, w: 3, y: 2 }), { lipschitz: 1 });
export const bound = (certificate: Certificate): number | string => certificate.lipschitz;
fc.assert(negativeSemidefinite('residual', { depth: 3 }), { numRuns: 10 });
fc.assert(again('residual'), { numRuns: 10 });
// @ts-expect-error a depth is a number
compile(loadArchitecture('residual'), { depth: 'two' });
`;

describe('types', () => {
  const kinds = {
    NodeNext: ts.ModuleKind.NodeNext,
    Node20: ts.ModuleKind.Node20,
    bundler: ts.ModuleKind.ESNext,
  } as const;

  it.each([
    ['module', 'NodeNext'],
    ['commonjs', 'Node20'],
    ['commonjs', 'bundler'],
  ] as const)('a project of type %s checks under %s, our declarations with it', (type, module) => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', type }));
    const file = join(folder, 'consumer.ts');
    writeFileSync(file, consumer);
    const options: ts.CompilerOptions = {
      module: kinds[module],
      ...(module === 'bundler' ? { moduleResolution: ts.ModuleResolutionKind.Bundler } : {}),
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      types: [],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    };
    const compiled = ts.createProgram([file], options);
    // Everything but what the libraries declare, which takes long and is not ours.
    const ours = compiled.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
    expect(ours.length).toBeGreaterThan(50);
    const faults = [
      ...compiled.getOptionsDiagnostics(),
      ...ours.flatMap((source) => [
        ...compiled.getSyntacticDiagnostics(source),
        ...compiled.getSemanticDiagnostics(source),
      ]),
    ];
    const messages = faults.map(
      ({ file: at, messageText }) => `${at?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
    expect(messages).toEqual([]);
  });
});
