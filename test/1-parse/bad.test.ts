import { readFileSync, readdirSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LipwrightError } from '../../src/base/diagnostic.js';
import type { Diagnostic } from '../../src/base/diagnostic.js';
import { loadArchitecture, parseArchitecture, readArchitecture } from '../../src/1-parse/index.js';

const folder = fileURLToPath(new URL('../examples/bad/', import.meta.url));

/** The first line of a bad file says what is wrong with it and where: `# LW202 at 3:7`. */
const bad = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file): readonly [stem: string, comment: string] => {
    // Bytes, not characters: some of these files are no UTF-8, and one begins with a byte order mark.
    const [first = ''] = readFileSync(join(folder, file), 'latin1').split(/\r?\n/);
    return [file.slice(0, -5), first.replace(/^\u00ef\u00bb\u00bf/, '')];
  });

function diagnose(action: () => unknown): Diagnostic | null {
  try {
    action();
  } catch (error) {
    if (error instanceof LipwrightError) return error.diagnostic;
    throw error;
  }
  return null;
}

describe('bad architecture files', () => {
  it.each(bad)('%s: %s', (stem, comment) => {
    const path = join(folder, `${stem}.yaml`);
    const diagnostic = diagnose(() => readArchitecture(path));
    const { file, line, column } = diagnostic?.position ?? { file: null, line: null, column: null };
    expect([file, `# ${diagnostic?.code ?? 'no code'} at ${line}:${column}`]).toEqual([path, comment]);
    expect(diagnostic?.found).not.toBe('');
    expect(diagnostic?.expected).not.toBe('');
  });

  it('an empty one, which has no line for a comment', () => {
    expect(diagnose(() => parseArchitecture('', null))).toMatchObject({
      code: 'LW105',
      position: { line: 1, column: 1 },
    });
  });
});

describe('files that are not read', () => {
  let temporary = '';
  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'lipwright-'));
  });
  afterAll(() => {
    rmSync(temporary, { recursive: true });
  });

  it('refuses 10 MB without reading them', () => {
    const path = join(temporary, 'large.yaml');
    writeFileSync(path, '# '.padEnd(10 * 1024 * 1024, 'x'));
    expect(diagnose(() => readArchitecture(path))?.code).toBe('LW102');
  });

  it.skipIf(process.platform === 'win32')('stops reading where the limit is, even if the file claims no size', () => {
    expect(diagnose(() => readArchitecture('/dev/zero'))?.code).toBe('LW102');
  });

  it('accepts 256 KiB and refuses one byte more', () => {
    const body = 'name: padded\nequations: y = A * x\n# ';
    const limit = 256 * 1024;
    expect(parseArchitecture(body.padEnd(limit, '-'), null).name).toBe('padded');
    expect(diagnose(() => parseArchitecture(body.padEnd(limit + 1, '-'), null))?.code).toBe('LW102');
    // The limit is in bytes: half as many two-byte characters reach it.
    expect(diagnose(() => parseArchitecture(body.padEnd(limit / 2 + 40, 'λ'), null))?.code).toBe('LW102');
  });

  it('bounds the number of YAML tokens', () => {
    const list = (length: number): string => `name: many\nequations:\n${'  - y = x\n'.repeat(length)}`;
    // The first is within YAML's bound and beyond that of equations.
    expect(diagnose(() => parseArchitecture(list(3_900), null))?.code).toBe('LW214');
    expect(diagnose(() => parseArchitecture(list(4_100), null))?.code).toBe('LW103');
  });

  it.each(['no/such/file.yaml', 'missing.yml', `${tmpdir()}/`, 'a\0b.yaml'])('reports %j as unreadable', (path) => {
    expect(diagnose(() => loadArchitecture(path))?.code).toBe('LW101');
  });

  it.each(['', 'residul', '__proto__', 'toString', 'architecture.schema', '\0'])(
    'reports %j as unknown, with the names there are',
    (name) => {
      const diagnostic = diagnose(() => loadArchitecture(name));
      expect(diagnostic?.code).toBe('LW301');
      expect(diagnostic?.expected).toContain('two-branch');
    },
  );

  it('guesses at a misspelt name', () => {
    expect(diagnose(() => loadArchitecture('residul'))?.expected).toMatch(/^residual/);
  });
});
