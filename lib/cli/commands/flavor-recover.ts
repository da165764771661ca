import type { InstanceView, Result } from '../../app/api-types.js';
import { camelFields } from '../camel.js';
import type { Command, Context, Word } from '../command.js';
import { confirmByName } from '../confirm.js';
import { Failure, usage } from '../failure.js';
import { clusterText } from '../render/cluster.js';
import { renderTable } from '../render/table.js';
import { hanging } from '../render/wrap.js';

const GROUP: Word = { name: 'GROUP', help: 'the group whose members form the cluster' };

/** Names the survivor: the one that was given, the only one that there is, or the one that the user picks. */
async function pickSurvivor(
  context: Context,
  group: string,
  running: readonly InstanceView[],
  given: string | undefined,
): Promise<string> {
  const [first, ...others] = running.map(({ ID }) => ID);
  if (first === undefined)
    throw new Failure('Refused', `group "${group}" has no running member to recover from`);
  const listed = [first, ...others].join(', ');
  if (given !== undefined) {
    if ([first, ...others].includes(given)) return given;
    throw usage(`"${given}" is no running member of group "${group}"; give one of ${listed}`);
  }
  if (others.length === 0) return first;
  if (!context.io.interactive) throw usage(`name the survivor with --survivor; running: ${listed}`);
  const answer = (await context.io.ask(`Which of them survives? [${first}] `)).trim();
  if (answer === '') return first;
  if ([first, ...others].includes(answer)) return answer;
  throw usage(`"${answer}" is none of ${listed}; nothing was changed`);
}

/** First who said that the quorum is lost, and so still lives; then who led; then the oldest. */
const byKnowledge =
  (words: string) =>
  (one: InstanceView, other: InstanceView): number =>
    Number(words.includes(other.ID)) - Number(words.includes(one.ID)) ||
    Number(other.Leader ?? false) - Number(one.Leader ?? false) ||
    (one.LaunchedAt ?? '').localeCompare(other.LaunchedAt ?? '');

function requireLost(group: string, { Cluster }: Result<'Flavor.Healthy'>): string {
  if (Cluster === undefined) throw new Failure('Refused', `the members of group "${group}" form no cluster`);
  if (Cluster.Quorum === 'kept') {
    throw new Failure(
      'Refused',
      `the cluster of group "${group}" has its quorum: there is nothing to recover`,
    );
  }
  if (Cluster.Quorum === 'lost') return Cluster.Reason ?? 'its members say so';
  throw new Failure(
    'Refused',
    `whether the cluster of group "${group}" has lost its quorum is unknown: ${Cluster.Reason}; it is recovered only when a member itself says so`,
  );
}

export const recover: Command = {
  name: 'recover',
  summary: 'make a new cluster from one survivor of a lost quorum',
  words: [GROUP],
  flags: [
    { flags: '--survivor <id>', help: 'the member to make it from (default: the only one, or asked for)' },
    { flags: '--confirm <group>', help: "the group's name once more, instead of typing it" },
  ],
  examples: [
    'holdfast flavor recover managers',
    'holdfast flavor recover managers --survivor i-0abc --confirm managers',
  ],
  run: async (context, given) => {
    const group = given.word(0);
    const target = await context.targetToChange();
    const [said, view] = [
      await target.call('Flavor.Healthy', { ID: group }),
      await target.call('Group.DescribeGroup', { ID: group }),
    ];
    const words = requireLost(group, said);
    const running = view.Instances.filter(({ State }) => State === 'running').sort(byKnowledge(words));
    const reasons = new Map(said.Instances.map(({ ID, Reason }) => [ID, Reason]));
    const rows = running.map(({ ID, PrivateIP = '', Leader }) => ({
      cells: [ID, PrivateIP, Leader ? 'led' : '', reasons.get(ID) ?? ''],
    }));
    const columns = [{ header: 'RUNNING' }, { header: 'ADDRESS' }, { header: 'ROLE' }, { header: 'SAYS' }];
    const shown = [
      ...(said.Cluster === undefined ? [] : [clusterText(said.Cluster, context)]),
      `${running.length} of ${view.Declared} declared members run:`,
      renderTable(columns, rows, context),
    ];
    if (!context.json) context.io.stderr.write(`${shown.join('\n')}\n\n`);
    const survivor = await pickSurvivor(context, group, running, given.text('survivor'));
    const others = running.filter(({ ID }) => ID !== survivor).length;
    const rest =
      others === 0
        ? ''
        : `; the ${others} other${others === 1 ? '' : 's'} will count as unhealthy and be replaced`;
    await confirmByName(
      context,
      group,
      given.text('confirm'),
      `on ${target.name}, ${survivor} will be made a new cluster of its own: what only the other members knew is lost for good${rest}`,
    );
    const done = await target.call('Flavor.Recover', { ID: group, Instance: survivor, Confirm: group });
    return {
      text: `Recovered ${done.ID}: ${hanging('', done.Reason, context.width)}`,
      json: camelFields(done),
    };
  },
};

export const rotateTokens: Command = {
  name: 'rotate-tokens',
  summary: 'make new join tokens; the old ones let nobody in, and members stay',
  words: [GROUP],
  examples: ['holdfast flavor rotate-tokens managers'],
  run: async (context, given) => {
    const target = await context.targetToChange();
    const { ID } = await target.call('Flavor.RotateTokens', { ID: given.word(0) });
    return { text: `Rotated the tokens of the cluster of ${ID}`, json: { id: ID } };
  },
};
