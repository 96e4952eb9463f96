import { derive } from './src/compile.js';
import { runCampaign } from './src/verify/campaign.js';
import { parseArchitecture } from './src/1-parse/index.js';
import { text } from './src/expr/print.js';
const tries: [string,string,string][] = [
['A', `
  h1 = phi(W1 * x)
  h2 = phi(W3 * h1)
  h3 = phi(W4 * h1 + W5 * h2)
  y = W6 * h3`, 'W5'],
['B', `
  h1 = phi(W1 * x)
  h2 = phi(W2 * x)
  h3 = phi(W4 * h1 + W5 * h2)
  y = W6 * h3`, 'W5'],
['C', `
  h1 = phi(W1 * x)
  h2 = phi(W2 * x + W3 * h1)
  h3 = phi(W4 * h1 + W5 * h2)
  y = W6 * h3`, 'W5'],
['D dense', `
  h1 = phi(W1 * x)
  h2 = phi(W2 * x + W3 * h1)
  h3 = phi(W4 * h1 + W5 * h2)
  y = W6 * h3`, ''],
['D dense', `
  h1 = phi(W1 * x)
  h3 = phi(W4 * h1 + W5 * h1)
  y = W6 * h3`, 'W5'],
];
for (const [name, eq, d] of tries) {
  const a = parseArchitecture(`name: t\ntitle: t\nequations: |${eq}\n${d===''?'':`parameters:\n  ${d}: { structure: diagonal }\n`}`, null);
  const r = await runCampaign({ architectures: [a], depth: {from:1,to:1}, runs: 4000, seed: 3, maxWidth: 3 });
  console.log(name, eq, d, r.runs, r.failures, r.infeasible, r.counterexample?.because, JSON.stringify({...r.counterexample, definition: 0, replay: 0, free:0}));
  if (r.failures) { const dd = derive(a, { depth: 1}); for (const c of dd.bounds.constraints) console.log('   ', c.kind, text(c.left), c.relation, text(c.right)); for (const row of dd.bounds.rows) console.log('ROW', row.signal.name, text(row.centre), ' + ', text(row.radius)); }
}
