import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { nodeDocuments } from '../../lib/flavors/index.js';
import { ssmDocument } from '../../lib/flavors/node/documents.js';
import type { NodeDocument } from '../../lib/ports/flavor.js';

const documentOf = (script: string): NodeDocument => ({
  name: 'a-look',
  kind: 'look',
  description: 'Looks',
  parameters: { Path: { description: 'Where', pattern: '^/[a-z/]+$' } },
  timeoutSeconds: 30,
  script,
});

const linesOf = (document: NodeDocument): readonly string[] => {
  const [step] = ssmDocument(document).mainSteps;
  return step?.inputs.runCommand ?? [];
};

/** What the agent does: puts the values in, joins the lines and runs them. */
const runAsAgent = (script: string) => {
  const text = linesOf(documentOf(script)).join('\n').replaceAll('{{ Path }}', '/holdfast/x');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', text], { encoding: 'utf8', input: 'given\n' });
  return { status, stdout, stderr };
};

/** Braces everywhere that a script may have them. */
const BRACED = `
name() { printf '%s|' '{{.ID}}' "{{json .}} $Path" {{{x}}} "\${Path%/*}"; echo "\${@:2}"; }
name a b
cat <<'TEXT'
{{range .items}}{{"\\n"}}{{end}}
TEXT
read -r line; echo "$line" >&2
exit 66
`;

describe('the content of a document', () => {
  it('runs the script as it was written, with its values, its input, its outputs and its exit code', () => {
    const plain = spawnSync('bash', ['-c', `Path='/holdfast/x'\n${BRACED}`], {
      encoding: 'utf8',
      input: 'given\n',
    });
    expect(runAsAgent(BRACED)).toEqual({ status: plain.status, stdout: plain.stdout, stderr: plain.stderr });
    expect(plain).toMatchObject({ status: 66, stderr: 'given\n' });
    expect(runAsAgent('echo "$Path"')).toEqual({ status: 0, stdout: '/holdfast/x\n', stderr: '' });
  });

  it('has two braces only where a value goes: to Systems Manager they name a parameter', () => {
    for (const document of [...nodeDocuments, documentOf(BRACED)]) {
      const text = linesOf(document).join('\n');
      const names = [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, name = '']) => name.trim());
      expect(names, document.name).toEqual(Object.keys(document.parameters));
      expect(text.split('{{').length - 1, document.name).toBe(names.length);
    }
  });

  it('shows a script without braces line by line', () => {
    expect(linesOf(documentOf('one\ntwo\n'))).toEqual(['#!/bin/bash', "Path='{{ Path }}'", 'one', 'two']);
  });

  it('is refused for a script that could not be told from its marks', () => {
    expect(() => ssmDocument(documentOf("echo '{{' '{~~'"))).toThrow('cannot have');
  });
});
