import { afterAll, expect, it } from 'vitest';
import { generator } from '../../../src/numeric/random.js';
import { javascript } from '../../../src/5-emit/js/javascript.js';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import { compile } from '../../../src/compile.js';
import { Workshop, freeFor } from '../targets.js';

const workshop = new Workshop();
afterAll(() => workshop.close());

it('two files of a hierarchy may mean different functions by one name', async () => {
  const inner = 'name: i\nequations: |\n  w = s(C * x + b)\n  y = D * w\nactivations: { s: "50*v" }\n';
  const outer = parseArchitecture(
    `name: o\nblocks:\n  inner: { text: ${JSON.stringify(inner)}, lipschitz: 1 }\nequations: |\n ` +
      ' h = s(C * x + b)\n  z = inner(D * h + d)\n  y = B * z + E * h\nactivations: { s: tanh }\n',
    null,
  );
  const compiled = compile(outer, { depth: 1, strategy: 'pivot' });
  const module = await workshop.load(javascript(compiled.program));
  const random = generator(5);
  const widths = { x: 2, z: 2, h: 2, y: 2, 'inner.w': 2 };
  const free = freeFor(compiled, widths, () => random.normal());
  const [own, emitted] = [compiled.constrain(free, { widths }), module.constrain(free, { widths })];
  for (const x of [
    [0, 0],
    [3, -1],
    [0.2, 40],
  ])
    expect([...module.forward(emitted, x)]).toEqual([...compiled.forward(own, x)]);
  // tanh is bounded and 50 v is not: far out the outer layer must not grow any more.
  const far = [...module.forward(emitted, [1e6, 1e6])].map(Math.abs);
  expect(Math.max(...far)).toBeLessThan(1e4);
});
