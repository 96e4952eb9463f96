import { describe, expect, it } from 'vitest';
import { constant } from '../../src/base/label.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { Expression } from '../../src/expr/node.js';
import { rangeSum } from '../../src/expr/build.js';
import { text } from '../../src/expr/print.js';
import type { Matrix } from '../../src/numeric/matrix.js';
import { at } from '../../src/numeric/matrix.js';
import { generator } from '../../src/numeric/random.js';
import { remade } from '../laws/rewrite.js';
import { X } from '../laws/symbols.js';
import type { Values } from './random-expression.js';
import { Expressions } from './random-expression.js';

const shapes = [
  ['one', 'one'],
  ['d', 'one'],
  ['e', 'one'],
  ['d', 'd'],
  ['e', 'd'],
  ['d', 'e'],
] as const;

const rowsOf = (value: Matrix): Values =>
  Array.from({ length: value.rows }, (_r, i) => Array.from({ length: value.columns }, (_c, j) => at(value, i, j) + 0));
const plain = (values: Values): Values => values.map((row) => row.map((x) => x + 0));

describe('constructors and evaluate', () => {
  it.each(shapes)('agree with plain arithmetic on random operations, exactly (%s × %s)', (rows, columns) => {
    const random = generator(31);
    for (let k = 0; k < 1500; k += 1) {
      const expressions = new Expressions(random);
      const { node, value } = expressions.make(rows, columns, random.integer(1, 4));
      expect(rowsOf(evaluate(node, expressions.environment)), text(node)).toEqual(plain(value));
    }
  });

  it('give one key when an expression is made again from its leaves', () => {
    const random = generator(32);
    const unstable: string[] = [];
    for (let k = 0; k < 3000; k += 1) {
      const [rows, columns] = random.pick(shapes);
      const { node } = new Expressions(random).make(rows, columns, random.integer(1, 3));
      if (remade(node).key !== node.key) unstable.push(`${node.key} → ${remade(node).key}`);
    }
    expect(unstable.slice(0, 3)).toEqual([]);
  });

  it('give the same value when an expression is made again', () => {
    const random = generator(33);
    for (let k = 0; k < 1000; k += 1) {
      const [rows, columns] = random.pick(shapes);
      const expressions = new Expressions(random);
      const { node } = expressions.make(rows, columns, 3);
      const again: Expression = remade(node);
      expect(rowsOf(evaluate(again, expressions.environment)), text(node)).toEqual(
        rowsOf(evaluate(node, expressions.environment)),
      );
    }
  });

  it('refuse to evaluate a sum over a symbolic range', () => {
    expect(() =>
      evaluate(rangeSum(X, constant(1), { base: 'depth', offset: 0 }), new Expressions(generator(1)).environment),
    ).toThrow('symbolic range');
  });
});
