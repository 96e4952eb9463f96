import { afterAll, beforeEach } from 'vitest';
import { mustTest, notTested, pythonEnvironment } from '../../scripts/python-environment.mjs';
import type { Framework } from './session.js';
import { Session } from './session.js';

/** For files whose tests run Python. */

/** The interpreter, or why there is none. @throws if there is none and CI=true */
export async function pythonForTests(): Promise<{ readonly interpreter: string | null; readonly reason: string }> {
  const { path, reason } = await pythonEnvironment();
  if (path === null && mustTest()) throw new Error(notTested(reason));
  return { interpreter: path, reason: path === null ? notTested(reason) : '' };
}

/**
 * A process for the file's tests, which ends with them; without Python they are skipped, with the reason. To be awaited
 * at the top of a file.
 */
export async function sessionForTests(framework: Framework): Promise<Session> {
  const { interpreter, reason } = await pythonForTests();
  const session = new Session(interpreter ?? 'python3', framework);
  beforeEach((context) => {
    context.skip(interpreter === null, reason);
  });
  afterAll(() => {
    session.close();
  });
  return session;
}
