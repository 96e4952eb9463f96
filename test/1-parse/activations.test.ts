import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { architectureSchemaText, parseArchitecture } from '../../src/1-parse/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import type { Activation } from '../../src/model/activation.js';
import type { Architecture } from '../../src/model/architecture.js';
import { numericFunction } from '../../src/slopes/scalar/evaluate.js';

const withActivations = (
  activations: string,
  equations: readonly string[] = ['h = f(A * x + b)', 'y = B * h'],
): string =>
  `name: test\nactivations:\n${activations
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('')}equations: |\n${equations.map((line) => `  ${line}\n`).join('')}`;
const withEquations = (...equations: readonly string[]): string =>
  `name: test\nequations: |\n${equations.map((line) => `  ${line}\n`).join('')}`;
const parsed = (text: string): Architecture => parseArchitecture(text, null);

function only(text: string): Activation {
  const [first, second] = [...parsed(text).activations.values()];
  if (first === undefined || second !== undefined) throw new Error('one activation expected');
  return first;
}

function diagnose(text: string): Diagnostic | null {
  try {
    parsed(text);
  } catch (error) {
    if (error instanceof LipwrightError) return error.diagnostic;
    throw error;
  }
  return null;
}

/** Code, line and column. */
const fault = (text: string): readonly unknown[] => {
  const diagnostic = diagnose(text);
  return [diagnostic?.code, diagnostic?.position?.line, diagnostic?.position?.column];
};

const called = (architecture: Architecture): readonly (string | null)[] =>
  architecture.equations.map(({ activation }) => activation);

/** Slopes with what they are, in closed form: bounds must be that number or a double or two outside. */
function slopesAre(activation: Activation, m: number, L: number): void {
  const [lower, upper] = activation.slopes;
  const room = 1e-15 * Math.max(1, Math.abs(m), Math.abs(L));
  expect(lower).toBeLessThanOrEqual(m);
  expect(lower).toBeGreaterThanOrEqual(m - room);
  expect(upper).toBeGreaterThanOrEqual(L);
  expect(upper).toBeLessThanOrEqual(L + room);
}

describe('the forms of a declaration', () => {
  it.each<readonly [string, number, number]>([
    ['f: relu', 0, 1],
    ['f: ReLU', 0, 1],
    ['f: leaky-relu(a=0.25)', 0.25, 1],
    ['f: LeakyReLU(a=3)', 1, 3],
    ['f: leaky_relu( a = -2 )', -2, 1],
    ['f: "hardtanh(lo=-2, hi=.5)"', 0, 1],
    ['f: "max(0, v) - 0.5 * max(0, -v)"', 0.5, 1],
    ['f: v + 0.5 * sin(v)', 0.5, 1.5],
    ['f: { name: elu, parameters: { alpha: 1.75 } }', 0, 1.75],
    ['f: { name: ELU }', 0, 1],
    ['f: { expression: "s * v + abs(v)", parameters: { s: 0.5 } }', -0.5, 1.5],
    ['f: { expression: tanh(v) }', 0, 1],
    ['f: |\n  max(\n    0,\n    v)', 0, 1],
    ['f:\n  expression: |\n    v / 2', 0.5, 0.5],
    ['f: "3"', 0, 0],
    ['f: x', 1, 1],
  ])('%s', (declaration, m, L) => {
    const activation = only(withActivations(declaration));
    expect(activation).toMatchObject({ kind: 'scalar', name: 'f' });
    slopesAre(activation, m, L);
  });

  it('keeps the numbers of the parameters', () => {
    const activation = only(
      withActivations('f: { expression: "a * v + b * max(0, v)", parameters: { a: 0.1, b: 1e-3 } }'),
    );
    const phi = activation.kind === 'scalar' ? numericFunction(activation.function) : Math.abs;
    expect([phi(-2), phi(2)]).toEqual([-0.2, 0.2 + 0.002]);
  });

  it.each<readonly [string, object]>([
    ['{ knots: 21, range: 3 }', { knots: 21, step: 0.3, slopes: [0, 1] }],
    ['{ knots: 2, step: 0.5, slopes: [-1, 2] }', { knots: 2, step: 0.5, slopes: [-1, 2] }],
    ['{ knots: 1024, step: 1e-3, slopes: [-0.5, 0] }', { knots: 1024, step: 1e-3, slopes: [-0.5, 0] }],
    ['{ knots: 5, range: 2 }', { knots: 5, step: 1, slopes: [0, 1] }],
  ])('spline: %s', (spline, expected) => {
    expect(only(withActivations(`f: { spline: ${spline} }`))).toEqual({ kind: 'spline', name: 'f', ...expected });
  });
});

describe('which activation an equation calls', () => {
  it('the file’s own, the library’s, or one left open', () => {
    const architecture = parsed(
      withActivations('f: gelu\ng: tanh', [
        'a = f(A * x)',
        'b = g(B * a)',
        'c = silu(C * b)',
        'd = phi(D * c)',
        'e = f(E * d)',
        'y = F * e',
      ]),
    );
    expect(called(architecture)).toEqual(['f', 'g', 'silu', null, 'f', null]);
    expect([...architecture.activations.keys()]).toEqual(['f', 'g', 'silu']);
  });

  it('φ in each of its spellings is one name, open or declared', () => {
    const lines = ['a = phi(A * x)', 'b = φ(B * a)', 'c = ϕ(C * b)', 'y = D * c'];
    const open = parsed(withEquations(...lines));
    expect([called(open), open.activations.size]).toEqual([[null, null, null, null], 0]);
    for (const name of ['phi', 'φ', 'ϕ']) {
      const declared = parsed(withActivations(`${name}: relu6`, lines));
      expect([called(declared), [...declared.activations.keys()]]).toEqual([['phi', 'phi', 'phi', null], ['phi']]);
    }
  });

  it('the file’s own before the library’s', () => {
    slopesAre(only(withActivations('tanh: 2 * v', ['h = tanh(A * x)', 'y = B * h'])), 2, 2);
  });

  it.each(['LeakyReLU', 'leaky_relu', 'leakyrelu', 'Leaky_ReLU'])(
    '%s in an equation is the library’s leaky-relu',
    (name) => {
      slopesAre(only(withEquations(`h = ${name}(A * x)`, 'y = B * h')), 0.01, 1);
    },
  );

  it('families may differ from their first member', () => {
    const architecture = parsed(
      withActivations('g: gelu', ['w[1] = g(C[1] * x)', 'w[l] = tanh(C[l] * w[l-1]) for l in 2..n', 'y = B * w[n]']),
    );
    expect(called(architecture)).toEqual(['g', 'tanh', null]);
  });

  it('names of the library may still be weights and signals', () => {
    const architecture = parsed(withEquations('relu = phi(tanh * x + abs)', 'y = identity * relu'));
    expect(called(architecture)).toEqual([null, null]);
    expect(architecture.equations[0]?.terms[0]?.weight?.name).toBe('tanh');
    expect(called(parsed(withEquations('relu = tanh(tanh * x)', 'y = B * relu')))).toEqual(['tanh', null]);
  });

  it('thirty-two may be declared, and as many called', () => {
    const names = Array.from({ length: 32 }, (_, k) => `f${k}`);
    const lines = names.map((name, k) => `h${k} = ${name}(A${k} * x)`);
    expect(
      parsed(withActivations(names.map((name) => `${name}: relu`).join('\n'), [...lines, 'y = B * h31'])).activations
        .size,
    ).toBe(32);
  });
});

describe('places of faults inside expressions', () => {
  it.each<readonly [string, string, readonly unknown[]]>([
    ['plain', 'f: v + 2*foo', ['LW202', 3, 12]],
    ['double quotes', 'f: "v + 2*foo"', ['LW202', 3, 13]],
    ['double quotes with escapes', 'f: "v \\x2b \\u0032*foo"', ['LW202', 3, 21]],
    ['double quotes with a line end', 'f: "v +\\n 2*foo"', ['LW202', 3, 15]],
    ['single quotes', "f: 'v + 2*foo'", ['LW202', 3, 13]],
    ['a literal block, second line', 'f: |\n  v +\n  2*foo', ['LW202', 5, 7]],
    ['a literal block, indented further', 'f: |\n  v +\n     2*foo', ['LW202', 5, 10]],
    ['a literal block, first line', 'f: |\n  foo +\n  v', ['LW202', 4, 5]],
    ['a mapping', 'f: { expression: "v + 2*foo" }', ['LW202', 3, 27]],
    ['a mapping with a block', 'f:\n  parameters: { s: 1 }\n  expression: |\n    s * v +\n    foo', ['LW202', 7, 7]],
    ['the end of the text', 'f: "v +"', ['LW201', 3, 10]],
    ['a bracket', 'f: "(v + 1))"', ['LW201', 3, 14]],
    ['an obligation', 'f: "v + sqrt(v)"', ['LW504', 3, 16]],
    ['a jump', 'f: "v + if(v > 0, 1, 2)"', ['LW502', 3, 11]],
    ['what is wrong with the whole stands at the name', 'f: "v^2"', ['LW503', 3, 3]],
    ['no such parameter', 'f: "elu(beta=1)"', ['LW507', 3, 7]],
    ['a parameter that is no number', 'f: "elu(alpha=one)"', ['LW507', 3, 7]],
    ['a parameter that is infinite', 'f: "elu(alpha=1e999)"', ['LW507', 3, 7]],
    ['an unused parameter', 'f: { expression: v, parameters: { "a b": 1 } }', ['LW210', 3, 3]],
    ['v as a parameter', 'f: { expression: v, parameters: { v: 1 } }', ['LW107', 3, 20]],
  ])('%s', (_what, declaration, expected) => {
    expect(fault(withActivations(declaration))).toEqual(expected);
  });

  it('CRLF does not move them', () => {
    expect(fault(withActivations('f: |\n  v +\n  2*foo').replaceAll('\n', '\r\n'))).toEqual(['LW202', 5, 7]);
  });

  it('of library activations are those of the first call', () => {
    expect(
      fault(withEquations('a = tanh(A * x)', 'b = hardshrink(B * a)', 'c = hardshrink(C * b)', 'y = D * c')),
    ).toEqual(['LW502', 4, 3]);
  });

  it('messages say what an activation may be', () => {
    const expected = (text: string): string => diagnose(text)?.expected ?? '';
    expect(expected(withActivations('f: { spline: { knots: two, step: 1 } }'))).toBe('an integer from 2 to 1024');
    expect(expected(withActivations('f: { spline: { knots: 3, step: 1, slope: [0, 1] } }'))).toMatch(
      /^slopes \(did you mean it\?\)/,
    );
    expect(expected(withActivations('f: { expressions: v }'))).toMatch(/expression/);
    expect(expected(withActivations('f: gelus'))).toMatch(/gelu/);
    expect(expected(withActivations('f: 3'))).toMatch(/expression in v/);
  });
});

describe('hostile files', () => {
  it.each<readonly [string, string, string]>([
    ['a text of 1 MB', withActivations(`f: "${'v+'.repeat(500_000)}v"`), 'LW102'],
    ['a name of 100,000 letters', withActivations(`${'f'.repeat(100_000)}: relu`), 'LW103'],
    ['an expression of 100,000 letters', withActivations(`f: "${'v+'.repeat(50_000)}v"`), 'LW105'],
    ['brackets nested 1,000 deep', withActivations(`f: "${'('.repeat(1000)}v${')'.repeat(1000)}"`), 'LW214'],
    ['a tower of powers', withActivations(`f: "v${'^2'.repeat(40)}"`), 'LW214'],
    ['10,000 activations', withActivations(Array.from({ length: 4000 }, (_, k) => `f${k}: relu`).join('\n')), 'LW103'],
    ['toString', withActivations('f: toString'), 'LW310'],
    ['constructor with parameters', withActivations('f: constructor(name=1)'), 'LW310'],
    ['__proto__ as a parameter', withActivations('f: { name: elu, parameters: { __proto__: 1 } }'), 'LW107'],
    ['hasOwnProperty as an activation', withActivations('hasOwnProperty: relu'), 'LW107'],
    ['a call of toString', withEquations('h = toString(A * x)', 'y = B * h'), 'LW107'],
    ['a call of a method', withEquations('h = A.constructor(x)', 'y = B * h'), 'LW201'],
    ['code in an expression', withActivations('f: "eval(v)"'), 'LW501'],
    ['an import', withActivations('f: import("fs")'), 'LW201'],
    ['an anchor', withActivations('f: &a relu'), 'LW106'],
    ['a merge key', withActivations('f: { <<: { name: relu } }'), 'LW105'],
    ['a tag', withActivations('f: !!js/function relu'), 'LW103'],
  ])('%s', (_what, text, code) => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    expect(diagnose(text)?.code).toBe(code);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});

describe('the schema', () => {
  const schema = z.fromJSONSchema(JSON.parse(architectureSchemaText()) as Parameters<typeof z.fromJSONSchema>[0]);
  const accepts = (text: string): boolean => schema.safeParse(parse(text)).success;

  it('that is shipped accepts the forms and refuses others', () => {
    expect(readFileSync(new URL('../../rules/architectures/architecture.schema.json', import.meta.url), 'utf8')).toBe(
      architectureSchemaText(),
    );
    for (const declaration of [
      'f: gelu',
      'phi: gelu',
      'f: { name: elu, parameters: { alpha: 2 } }',
      'f: { expression: "s * v", parameters: { s: 1 } }',
      'f: { spline: { knots: 21, range: 3, slopes: [-0.5, 1] } }',
      'f: { spline: { knots: 21, step: 0.1 } }',
    ]) {
      expect([declaration, accepts(withActivations(declaration))]).toEqual([declaration, true]);
    }
    for (const declaration of [
      'f: 3',
      'f: { name: 3 }',
      'f: { nome: elu }',
      'f: [relu]',
      'f: { spline: { range: 3 } }',
      'f: { spline: { knots: 2.5, range: 3 } }',
      'f: { spline: { knots: 3, step: 1, slopes: [0] } }',
      'f: { spline: { knots: 3, step: 1, slopes: [0, 1, 2] } }',
      'f: { name: elu, parameters: { alpha: two } }',
    ]) {
      expect([declaration, accepts(withActivations(declaration))]).toEqual([declaration, false]);
    }
  });
});
