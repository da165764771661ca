import type { NodeDocument } from '../../ports/flavor.js';

/** What a node runs: a line for each value, put in by SSM, and the script. */
export const scriptOf = ({ parameters, script }: Pick<NodeDocument, 'parameters' | 'script'>): string =>
  ['#!/bin/bash', ...Object.keys(parameters).map((name) => `${name}='{{ ${name} }}'`), script.trimEnd()].join(
    '\n',
  );

/**
 * The content of an SSM document (schema 2.2) that runs one of our scripts. Values are put between single quotes, and
 * SSM refuses what their patterns do not allow, so that none can end its quotes.
 */
export const ssmDocument = ({ description, parameters, timeoutSeconds, script }: NodeDocument) => ({
  schemaVersion: '2.2',
  description,
  parameters: Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      { type: 'String', description: parameter.description, allowedPattern: parameter.pattern },
    ]),
  ),
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'run',
      inputs: {
        timeoutSeconds: String(timeoutSeconds),
        runCommand: scriptOf({ parameters, script: withoutPlaceholders(script.trimEnd()) }).split('\n'),
      },
    },
  ],
});

/** Stands between two braces; in no shell's syntax it follows one. */
const MARK = '~~';
const END = 'END_OF_SCRIPT';

/**
 * Two braces begin a parameter's name for SSM, and a template for `docker` and `kubectl`. In a script that has such, they
 * are kept apart on the way.
 */
const withoutPlaceholders = (script: string): string => {
  if (!script.includes('{{')) return script;
  if (script.includes(`{${MARK}`) || script.includes(END))
    throw new Error(`a script cannot have "{${MARK}" or "${END}" in it`);
  const apart = script.replace(/\{(?=\{)/g, `{${MARK}`);
  return [`source <(sed 's/{${MARK}/{/g' <<'${END}'`, apart, END, ')'].join('\n');
};
