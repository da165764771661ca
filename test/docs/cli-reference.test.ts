import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isFamily } from '../../lib/cli/command.js';
import { COMMANDS } from '../../lib/cli/commands/index.js';
import { buildProgram } from '../../lib/cli/program.js';
import { referencePage } from '../../lib/cli/reference-page.js';

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');

describe('docs/cli.md', () => {
  it('is what the commands say; run `npm run docs` to write it', () => {
    expect(referencePage(COMMANDS)).toBe(page);
  });

  it('has every command and option that commander knows', () => {
    const program = buildProgram(COMMANDS, '0', () => undefined);
    const leaves = program.commands.flatMap((child) =>
      child.commands.length > 0 ? child.commands : [child],
    );
    expect(leaves.length).toBe(
      COMMANDS.flatMap((entry) => (isFamily(entry) ? entry.commands : [entry])).length,
    );
    for (const command of leaves) {
      const path =
        command.parent === program ? command.name() : `${command.parent?.name()} ${command.name()}`;
      const [, part = ''] = page.split(new RegExp(`^##+ holdfast ${path}$`, 'm'));
      const section = part.split(/^##/m)[0] ?? '';
      for (const { flags } of command.options) expect(section).toContain(`| \`${flags}\` |`);
      for (const argument of command.registeredArguments) {
        expect(section).toContain(`| \`${argument.name().replaceAll('|', '\\|')}\` |`);
      }
    }
    for (const { long } of program.options) {
      if (long !== '--version') expect(page).toContain(`${long}`);
    }
  });
});
