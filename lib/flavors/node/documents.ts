import type { NodeDocument } from '../../ports/flavor.js';

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
        runCommand: [
          '#!/bin/bash',
          ...Object.keys(parameters).map((name) => `${name}='{{ ${name} }}'`),
          ...script.trimEnd().split('\n'),
        ],
      },
    },
  ],
});
