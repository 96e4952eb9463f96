/**
 * `npm run check:latex`: every shipped architecture and some made up to be awkward, by every strategy and variant, at
 * depths 1 to 4 and n, through pdflatex: no error, and no line that sticks out by more than 5 pt. Not a part of `npm
 * test`, which measures lines without TeX; names after `--` check these alone. Exit status 1 if a line sticks out, 2 if
 * there is no pdflatex.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { latexCases } from '../test/report/latex-cases.js';

const allowed = 5;
const folder = mkdtempSync(join(tmpdir(), 'lipwright-latex-'));
let [worst, failures] = [0, 0];

if (spawnSync('pdflatex', ['--version']).error !== undefined) {
  console.error(
    'no pdflatex: on Debian, apt-get install texlive-latex-base texlive-latex-recommended texlive-latex-extra',
  );
  process.exit(2);
}
const wanted = process.argv.slice(2);
for (const { name, latex } of latexCases().filter((each) => wanted.length === 0 || wanted.includes(each.name))) {
  writeFileSync(join(folder, `${name}.tex`), latex());
  const { status } = spawnSync('pdflatex', ['-interaction=batchmode', '-halt-on-error', `${name}.tex`], {
    cwd: folder,
  });
  const log = readFileSync(join(folder, `${name}.log`), 'latin1');
  const over = [...log.matchAll(/Overfull \\hbox \(([\d.]+)pt too wide\)/g)].map(([, points]) => Number(points));
  const most = Math.max(0, ...over);
  const pages = /\((\d+) pages?/.exec(log)?.[1] ?? '0';
  console.log(
    `${name.padEnd(32)} ${status === 0 ? 'read' : 'FAILED'}, ${pages} pages, ${over.length} ` +
      `lines stick out, by ${most} pt at most`,
  );
  if (status !== 0) console.log(/^!.*(?:\n.*){0,4}/m.exec(log)?.[0] ?? log.slice(-500));
  worst = Math.max(worst, most);
  if (status !== 0 || most > allowed) failures += 1;
}
console.log(`worst: ${worst} pt; files in ${folder}`);
process.exit(failures === 0 ? 0 : 1);
