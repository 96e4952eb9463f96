import { generator } from '../../src/numeric/random.js';
import { randomGraph } from './reference.js';
import { compile } from '../../src/compile.js';
import { parseArchitecture } from '../../src/1-parse/index.js';
let n = 0;
for (let s = 0; s < 150; s++) {
  const a = randomGraph(generator(1000 + s), `g-${s}`, { identities: s % 2 === 0 });
  try { compile(a, { depth: 1 }); } catch (e: any) { if (e.code === undefined && n++ < 3) console.log(s, e.message.slice(0,100), a.definition); }
}
const mini = parseArchitecture('name: t\nequations: |\n  h1 = phi(W1 * x)\n  h2 = phi(0.5 * W2 * h1)\n  y = W3 * h2\n', null);
for (const strategy of ['gershgorin', 'gershgorin-paper']) try { compile(mini, { depth: 1, strategy }); console.log('ok'); } catch (e: any) { console.log(e.message); }
