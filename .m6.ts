import { derive } from './src/compile.js';
import { loadArchitecture } from './src/1-parse/index.js';
import { text } from './src/expr/print.js';
for (const [n,d] of [['dense-skip',2],['residual',2]] as const) { const dd = derive(loadArchitecture(n), { depth: d, strategy: 'gershgorin' }); for (const c of dd.bounds.constraints) console.log('   ', c.kind, text(c.left), c.relation, text(c.right)); 
 for (const s of dd.steps) if (s.rule.includes('product-tri')) console.log(s); }
const dd = derive(loadArchitecture('residual'), { depth: 1, strategy: 'gershgorin-paper' });
for (const a of dd.parameterization!.assignments) if (a.kind==='shrink') console.log(a.rule, a.limit.key, a.usage.key, a.spread.kind);
