import type { Context } from './command.js';
import { Failure } from './failure.js';
import { wrap } from './render/wrap.js';

/** Asks; anything but yes is no. Elsewhere than on a terminal `--yes` must have said so. */
export async function confirm(context: Context, what: string): Promise<void> {
  if (!context.io.interactive) {
    throw new Failure('ConfirmationNeeded', `${what}; give --yes to go on`);
  }
  const answer = await context.io.ask(`${wrap(what, context.width).join('\n')}\nGo on? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new Failure('NotConfirmed', 'not confirmed; nothing was changed');
}

/** Asks for the name of what will change: a slip of the finger types no name. */
export async function confirmByName(
  context: Context,
  name: string,
  given: string | undefined,
  what: string,
): Promise<void> {
  if (given === undefined && !context.io.interactive)
    throw new Failure('ConfirmationNeeded', `${what}; give --confirm ${name} to go on`);
  const question = `${wrap(what, context.width).join('\n')}\nType the name of the group to go on: `;
  const typed = given ?? (await context.io.ask(question)).trim();
  if (typed !== name)
    throw new Failure('NotConfirmed', `"${typed}" is not "${name}": not confirmed; nothing was changed`);
}

/**
 * Sends what may destroy more than the budget at once. The API decides whether it does; then it changes nothing until
 * the user confirmed. Each sending has a request id of its own, since the first answer is kept.
 */
export async function sendConfirmed<T>(
  context: Context,
  yes: boolean,
  send: (asking: { readonly RequestId: string; readonly Confirm?: true }) => Promise<T>,
): Promise<T> {
  const confirmed = () => send({ RequestId: context.world.random.id(), Confirm: true });
  if (yes) return confirmed();
  try {
    return await send({ RequestId: context.world.random.id() });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'ConfirmationNeeded') throw error;
    await confirm(context, error.message);
    return confirmed();
  }
}
