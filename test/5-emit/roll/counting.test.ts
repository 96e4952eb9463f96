import { describe, expect, test } from 'vitest';
import { evaluate } from 'mathjs';
import { counterOf, indexText, loopCounter } from '../../../src/5-emit/roll/counting.js';
import { filled } from '../../../src/5-emit/roll/numerals.js';
import { rollProgram, visitLine } from '../../../src/5-emit/roll/lines.js';
import { strategies } from '../../../rules/strategies.js';
import { lowerArchitecture } from '../../../src/compile.js';
import { generator } from '../../../src/numeric/random.js';
import { builtin } from '../../architectures.js';

describe('what counts along with a loop', () => {
  test('an index in the variable of the loop gives the numbers back', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const random = generator(seed);
      const counter = { first: random.integer(-3, 9), step: random.pick([1, -1, 2, -3]) };
      const factor = random.pick([0, 1, -1, 2, -2]);
      const offset = random.integer(-5, 5);
      const variable = [0, 1, 2, 3].map((k) => counter.first + k * counter.step);
      const values = variable.map((value) => factor * value + offset);
      const text = indexText(values, counter, 'k') ?? '';
      // Zeros have no sign here.
      expect(variable.map((k) => Number(evaluate(text, { k })) + 0)).toEqual(values.map((value) => value + 0));
    }
  });

  test('other numbers have none', () => {
    expect(counterOf([1, 2, 4])).toBeNull();
    expect(indexText([1, 2, 4], { first: 0, step: 1 }, 'k')).toBeNull();
    expect(indexText([0, 1, 2], { first: 0, step: 2 }, 'k')).toBeNull();
    expect(indexText([3, 3, 3], { first: 0, step: 2 }, 'k')).toBe('3');
  });

  test.each(strategies.map(({ name }) => name))(
    '%s: a note of a loop says in each iteration what the program says',
    (strategy) => {
      for (const name of ['residual', 'dense-skip', 'two-branch'])
        for (const depth of [4, 7]) {
          const program = lowerArchitecture(builtin(name), { depth, strategy });
          let count = 0;
          for (const piece of rollProgram(program)) {
            if (piece.kind === 'item') continue;
            const counter = loopCounter(piece, visitLine);
            for (let k = 0; k < piece.count; k += 1) {
              const variable = counter.first + k * counter.step;
              piece.body.forEach(({ notes }, place) => {
                const at = piece.at + k * piece.body.length + place;
                const said = notes.map((note) =>
                  filled(note, (entry) => {
                    const text = indexText(piece.indices[entry]?.values ?? [], counter, 'k');
                    return String(evaluate(text ?? '', { k: variable }));
                  }),
                );
                expect(said).toEqual(program.notes.filter((note) => note.at === at).map(({ text }) => text));
                count += said.length;
              });
            }
          }
          expect(count).toBeGreaterThan(7);
        }
    },
  );
});
