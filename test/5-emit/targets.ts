import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { derive, lower } from '../../src/compile.js';
import { javascript } from '../../src/5-emit/js/javascript.js';
import { inMemory } from '../../src/5-emit/run/memory.js';
import type { Compiled, ConstrainOptions, Constrained } from '../../src/5-emit/run/compiled.js';
import type { Lmi } from '../../src/model/lmi.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Parameterization } from '../../src/model/parameterization.js';
import type { Strategy } from '../../src/model/strategy.js';
import type { Random } from '../../src/numeric/random.js';
import { hostileEntry } from '../laws/map.js';

/** The functions of an emitted module. */
export interface EmittedModule {
  readonly architecture: string;
  readonly depth: number;
  readonly strategy: string;
  readonly lipschitz: number;
  readonly dims: Compiled['dims'];
  readonly constrain: (free: Readonly<Record<string, ArrayLike<number>>>, options?: ConstrainOptions) => Constrained;
  readonly forward: (
    weights: Constrained,
    x: ArrayLike<number>,
    activation?: (value: number, layer: number) => number,
  ) => Float64Array;
  readonly lmi: (weights: Constrained) => Float64Array;
}

/** The strictest that users have; what tsc --init and the strictest of shared configurations ask for. */
export const strictest: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  noPropertyAccessFromIndexSignature: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: [],
  noEmit: true,
  skipLibCheck: true,
};

/** A folder for emitted modules, removed by `close`. */
export class Workshop {
  private readonly folder = mkdtempSync(join(tmpdir(), 'lipwright-emit-'));
  private count = 0;

  write(text: string, ending: string): string {
    this.count += 1;
    const path = join(this.folder, `module${this.count}.${ending}`);
    writeFileSync(path, text);
    return path;
  }

  async load(text: string): Promise<EmittedModule> {
    return (await import(/* @vite-ignore */ pathToFileURL(this.write(text, 'mjs')).href)) as EmittedModule;
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export interface Subject {
  readonly architecture: Architecture;
  readonly strategy: string;
  readonly depth: number;
  readonly compiled: Compiled;
  readonly parameterization: Parameterization;
  readonly lmi: Lmi;
  readonly text: string;
}

export function subjectOf(architecture: Architecture, depth: number, strategy: string | Strategy): Subject {
  const derivation = derive(architecture, { depth, strategy });
  const { parameterization, lmi } = derivation;
  const compiled = inMemory(lower(derivation));
  if (parameterization === null) throw new Error('a concrete depth expected');
  return {
    architecture,
    strategy: derivation.strategy.name,
    depth,
    compiled,
    parameterization,
    lmi,
    text: javascript(compiled.program),
  };
}

export interface Case {
  readonly widths: Record<string, number>;
  readonly slopes: readonly (readonly [number, number])[];
  readonly lipschitz: number;
  /** Widths, slopes and bound together. */
  readonly options: Pick<Case, 'widths' | 'slopes' | 'lipschitz'>;
  readonly free: Record<string, Float64Array>;
  readonly input: Float64Array;
}

const slopePairs: readonly (readonly [number, number])[] = [
  [0, 1],
  [-0.129, 1.129],
  [0.2, 1],
  [-1, 0.3],
  [0, 0],
  [1, 1],
  [-1, 1],
  [-0.4, -0.1],
  [0.3, 7],
];

export function freeFor(
  compiled: Compiled,
  widths: Readonly<Record<string, number>>,
  draw: () => number,
): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(compiled.dims(widths)).map(([name, shape]) => [
      name,
      Float64Array.from({ length: shape.reduce((all, size) => all * size, 1) }, draw),
    ]),
  );
}

/** Random widths (one for each class), slopes, 𝓛 and free parameters, ordinary or hostile. */
export function randomCase({ compiled }: Subject, random: Random): Case {
  const { program } = compiled;
  const widths = Object.fromEntries(
    program.widths.flatMap((names) => {
      const width = random.integer(1, 4);
      return names.map((name) => [name, width]);
    }),
  );
  const size = random.pick([0.1, 1, 30]);
  const hostile = random.integer(0, 2) === 0;
  const draw = (): number =>
    hostile ? hostileEntry(random) : random.pick([0, size * random.normal(), size * random.normal()]);
  const slopes = program.layers.map(() => random.pick(slopePairs));
  const lipschitz = random.pick([1, 2 ** -20, 3.5, 1000]);
  return {
    widths,
    slopes,
    lipschitz,
    options: { widths, slopes, lipschitz },
    free: freeFor(compiled, widths, draw),
    input: Float64Array.from({ length: widths['x'] ?? 0 }, () => random.normal()),
  };
}

/** The code of a failure, whether it came from the library (an error of ours) or from a module (a RangeError). */
export function codeOf(action: () => unknown): string | null {
  try {
    action();
  } catch (error) {
    if (error instanceof LipwrightError) return error.code;
    return error instanceof RangeError ? (/^LW\d{3}/.exec(error.message)?.[0] ?? error.message) : String(error);
  }
  return null;
}
