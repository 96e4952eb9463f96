import { afterAll, describe, expect, it } from 'vitest';
import { shippedRuntime } from '../../../../src/base/shipped.js';
import { declarationsIn, runtimeFor } from '../../../../src/5-emit/js/text/runtime.js';
import { namesIn } from '../../../../src/5-emit/js/text/tokens.js';
import * as product from '../../../../src/runtime/js/product.js';
import { Workshop } from '../../targets.js';

const workshop = new Workshop();
afterAll(() => workshop.close());

const files = [...shippedRuntime('js')];
const names = (text: string): readonly string[] => declarationsIn(text).map(({ name }) => name);

describe('the runtime', () => {
  it('is declared whole: what the files hold besides are imports and comments of their own', () => {
    for (const [file, source] of files) {
      const rest = declarationsIn(source).reduce((left, { text }) => left.replace(text, ''), source);
      expect(rest.replace(/^import [^;]*;$|^\/\*\*[^]*?\*\/$/gm, '').trim(), file).toBe('');
    }
  });

  it('has one meaning for every name', () => {
    const all = files.flatMap(([, source]) => names(source));
    expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
  });

  it('imports nothing but itself', () => {
    for (const [file, source] of files)
      for (const [, from] of source.matchAll(/ from '(.*)';$/gm)) expect(from, file).toMatch(/^\.\/[\w-]+\.js$/);
  });
});

describe('what a module brings along', () => {
  it('is what it calls and what that calls, verbatim and in the order of the files', () => {
    const text = runtimeFor('multiplyInto(a, b);', { typed: true });
    expect(names(text)).toEqual(['addProduct', 'addProductTransposed', 'multiplyInto']);
    const source = shippedRuntime('js').get('product') ?? '';
    for (const { text: declared } of declarationsIn(text))
      expect(source).toContain(declared.replace(/\nfunction/, '\nexport function'));
  });

  it('is nothing for names in comments, strings and properties', () => {
    expect(runtimeFor('// multiplyInto\nx.multiplyInto("addProduct", `absRowsInto`);', { typed: true })).toBe('');
    expect([...namesIn('f(a.b, `c ${d.e + `${g}`}`, "h") // i')]).toEqual(['f', 'a', 'd', 'g']);
  });

  it('runs', async () => {
    const text = `export const twice = (x) => addProduct;\n${runtimeFor('addProduct', { typed: false })}`;
    const emitted = (await workshop.load(`${text}\nexport { addProduct };\n`)) as unknown as typeof product;
    const of = ({ addProduct }: typeof product): Float64Array => {
      const out = new Float64Array(6 * 5).fill(1 / 3);
      const [a, b] = [out.map((_, k) => Math.sin(k)), out.map((_, k) => Math.cos(7 * k))];
      addProduct(out, 0, 5, a, 0, 5, 1, b, 0, 5, 6, 5, 5, -1);
      return out;
    };
    expect(of(emitted)).toEqual(of(product));
    expect(emitted.addProduct).not.toBe(product.addProduct);
  });
});
