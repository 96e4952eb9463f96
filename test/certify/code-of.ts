import { LipwrightError } from '../../src/base/diagnostic.js';

/** The code that something fails with. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof LipwrightError) return error.code;
    throw error;
  }
  return 'nothing';
}
