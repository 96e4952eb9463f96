import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../base/diagnostic.js';

interface Package {
  readonly folder: string;
  readonly version: string;
}

/** The package itself, whose package.json lies above both the sources and the compiled files. @throws LW101 */
function ownPackage(): Package {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) {
      const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
      if (typeof content === 'object' && content !== null && 'name' in content && content.name === 'lipwright') {
        return { folder, version: 'version' in content ? String(content.version) : 'unknown' };
      }
    }
    if (dirname(folder) === folder)
      return fail('LW101', 'no package.json of lipwright above the program', 'an intact installation');
  }
}

export const packageVersion = (): string => ownPackage().version;

export interface ShippedArchitecture {
  readonly name: string;
  readonly title: string;
  readonly source: string | null;
}

/**
 * Names, titles and sources of the shipped architectures; their equations are not read, which would take ten times as
 * long.
 */
export async function shippedArchitectures(): Promise<readonly ShippedArchitecture[]> {
  const { parse } = await import('yaml');
  const folder = join(ownPackage().folder, 'rules', 'architectures');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  return files.map((file) => {
    const name = file.slice(0, -'.yaml'.length);
    const fields = parse(readFileSync(join(folder, file), 'utf8')) as {
      readonly title?: string;
      readonly source?: string;
    };
    return { name, title: fields.title ?? name, source: fields.source ?? null };
  });
}
