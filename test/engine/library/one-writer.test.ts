import { join } from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';
import { projectRoot } from '../../support/cli.ts';

const eslint = new ESLint({ cwd: projectRoot });
const rule = 'Files are written, moved and removed through native/library/safe-file.ts only.';

/** Whether the project's lint finds a writer in this code, were it in this file. */
async function isRefused(code: string, file: string): Promise<boolean> {
  const [result] = await eslint.lintText(code, { filePath: join(projectRoot, file) });
  return result?.messages.some(({ message }) => message === rule) ?? false;
}

const writers = [
  "import { writeFile } from 'node:fs/promises';\nvoid writeFile('a', 'b');\n",
  "import { writeFileSync as quietly } from 'fs';\nquietly('a', 'b');\n",
  "import { createWriteStream } from 'node:fs';\ncreateWriteStream('a');\n",
  "import { rename } from 'node:fs/promises';\nvoid rename('a', 'b');\n",
  "import { rm, unlink } from 'node:fs/promises';\nvoid rm('a').then(() => unlink('b'));\n",
  "import { mkdirSync } from 'node:fs';\nmkdirSync('a');\n",
  "import * as fs from 'node:fs';\nfs.readFileSync('a');\n",
  "import fs from 'node:fs/promises';\nvoid fs.readFile('a');\n",
  "import { promises } from 'node:fs';\nvoid promises.readFile('a');\n",
  "void import('node:fs/promises');\n",
  "import { createRequire } from 'node:module';\nconst require = createRequire('/');\nrequire('node:fs');\n",
  "process.getBuiltinModule('node:fs');\n",
  "import { open } from 'node:fs/promises';\nvoid open('a', 'w');\n",
  "import { open } from 'node:fs/promises';\nconst flag = 'a' + '+';\nvoid open('a', flag);\n",
];

test('the lint refuses every way to write a file in the program’s own code', async () => {
  for (const code of writers) {
    expect(await isRefused(code, 'native/studio/example.ts'), code).toBe(true);
    expect(await isRefused(code, 'electron/main/example.ts'), code).toBe(true);
  }
});

test('it lets pass what only reads, and the one module that writes', async () => {
  const reads =
    "import { open, readFile, stat } from 'node:fs/promises';\nvoid open('a', 'r');\nvoid open('a');\nvoid readFile('a').then(() => stat('a'));\n";
  expect(await isRefused(reads, 'native/studio/example.ts')).toBe(false);
  for (const code of writers) expect(await isRefused(code, 'native/library/safe-file.ts'), code).toBe(false);
});

test('no file of the program breaks the rule or switches it off', async () => {
  const results = await eslint.lintFiles(['native', 'electron']);
  const broken = results.flatMap(({ filePath, messages, suppressedMessages }) =>
    [...messages, ...suppressedMessages]
      .filter(({ message }) => message === rule)
      .map(({ line }) => `${filePath}:${String(line)}`),
  );
  expect(broken).toEqual([]);
});
