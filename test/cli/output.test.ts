import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWhole } from '../../src/cli/output.js';
import { Folder, codeOf, lipwright } from './harness.js';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

describe('--out', () => {
  it('writes the file and says so on stderr alone', async () => {
    const file = folder.file('residual.tex');
    const { status, out, err } = await lipwright(['derive', 'residual', '--format', 'latex', '--out', file]);
    expect(status).toBe(0);
    expect(out).toBe('');
    expect(err).toContain('wrote ');
    expect(readFileSync(file, 'utf8')).toBe((await lipwright(['derive', 'residual', '--format', 'latex'])).out);
    expect(folder.names()).toEqual(['residual.tex']);
  });

  it('leaves no file where the input is bad', async () => {
    const { status } = await lipwright(['derive', 'residual', '--depth', '0', '--out', folder.file('a.txt')]);
    expect(status).toBe(2);
    expect(folder.names()).toEqual([]);
  });

  it.each(['derive', 'compile'])('of %s into a folder that is not there is LW108', async (command) => {
    const { status, out, err } = await lipwright([
      command,
      'residual',
      '--depth',
      '2',
      '--out',
      folder.file('none/a.txt'),
    ]);
    expect([status, codeOf(err), out]).toEqual([2, 'LW108', '']);
    expect(folder.names()).toEqual([]);
  });

  it('onto a folder is LW108 and leaves nothing beside it', async () => {
    mkdirSync(folder.file('target'));
    const { status, err } = await lipwright(['derive', 'residual', '--out', folder.file('target')]);
    expect([status, codeOf(err)]).toEqual([2, 'LW108']);
    expect(folder.names()).toEqual(['target']);
  });

  it('of a JavaScript module brings its declarations, both or none', async () => {
    const compile = ['compile', 'linear', '--depth', '1', '--out'];
    expect((await lipwright([...compile, folder.file('net.mjs')])).status).toBe(0);
    expect(folder.names()).toEqual(['net.d.mts', 'net.mjs']);
    expect(readFileSync(folder.file('net.d.mts'), 'utf8')).toContain('export declare function constrain(');
    mkdirSync(folder.file('other.d.ts'));
    const { status, err } = await lipwright([...compile, folder.file('other.js')]);
    expect([status, codeOf(err)]).toEqual([2, 'LW108']);
    mkdirSync(folder.file('third.js'));
    expect((await lipwright([...compile, folder.file('third.js')])).status).toBe(2);
    expect(folder.names()).toEqual(['net.d.mts', 'net.mjs', 'other.d.ts', 'third.js']);
  });

  it.each(['', 'a\0b'])('to %j is LW108', async (path) => {
    const { status, err } = await lipwright(['derive', 'residual', '--out', path]);
    expect([status, codeOf(err)]).toEqual([2, 'LW108']);
  });
});

describe('writing whole files', () => {
  it('keeps the mode of what it replaces', () => {
    const file = folder.file('a');
    writeFileSync(file, 'old');
    chmodSync(file, 0o600);
    writeWhole(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('follows a link', () => {
    writeFileSync(folder.file('real'), 'old');
    symlinkSync(folder.file('real'), folder.file('link'));
    writeWhole(folder.file('link'), 'new');
    expect(readFileSync(folder.file('real'), 'utf8')).toBe('new');
    expect(folder.names()).toEqual(['link', 'real']);
  });

  it('writes to devices as they are', () => {
    writeWhole('/dev/null', 'gone');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('texts for people', () => {
  it.each([[['list']], [['sample', 'residual', '--depth', '6', '--dims', 'x=12,w=4,y=12', '--slopes=-0.2,1.1']]])(
    '%j fits 80 columns',
    async (argv) => {
      const { status, out } = await lipwright(argv);
      expect(status).toBe(0);
      expect(out.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
    },
  );

  it('leave no option unread: --fragment is LaTeX (LW311)', async () => {
    const { status, out, err } = await lipwright(['derive', 'residual', '--fragment']);
    expect([status, codeOf(err), out]).toEqual([2, 'LW311', '']);
    expect((await lipwright(['derive', 'residual', '--fragment', '--format', 'latex'])).status).toBe(0);
  });
});
