import type { PlanView } from '../../protocol.js';
import { type DiffLine, diffLines } from '../format/diff.js';
import { plural } from '../format/plural.js';
import { Status } from './status.js';

/** The plan of one group: the control plane's words, then the difference of the spec. */
export const Plan = ({
  plan: { group, plan, changed, destroys, warnings, before = '', after = '' },
}: {
  readonly plan: PlanView;
}) => {
  const [first = '', ...more] = plan.split('\n');
  return (
    <section class="plan" aria-label={`Plan of ${group}`}>
      <h3>
        {group} {before === '' && after !== '' ? <span class="chip busy">new</span> : null}
      </h3>
      <p class="plan-first">
        {changed ? first : <Status sign="check" tone="good" word={`${first}: nothing changes`} />}
      </p>
      {more.map((line) => (
        <p key={line} class="soft">
          {line}
        </p>
      ))}
      {destroys > 0 ? (
        <p>
          <Status
            sign="alert"
            tone="bad"
            word={`ends ${plural(destroys, 'instance')} at once, beyond the budget`}
          />
        </p>
      ) : null}
      {warnings.map((warning) => (
        <p key={warning}>
          <Status sign="alert" tone="doubt" word={warning} />
        </p>
      ))}
      {before === after ? null : <Diff lines={diffLines(before, after)} />}
    </section>
  );
};

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;
const WORDS = { same: '', added: 'added: ', removed: 'removed: ' } as const;

const Diff = ({ lines }: { readonly lines: readonly DiffLine[] }) => (
  <ol class="diff code">
    {numbered(lines).map(({ line, number }) =>
      line.kind === 'skip' ? (
        <li key={number} class="diff-skip">
          {plural(line.count, 'line')} unchanged
        </li>
      ) : (
        <li key={number} class={`diff-${line.kind}`}>
          <span class="diff-sign" aria-hidden="true">
            {SIGNS[line.kind]}
          </span>
          <span class="unseen">{WORDS[line.kind]}</span>
          {line.text}
        </li>
      ),
    )}
  </ol>
);

const numbered = (lines: readonly DiffLine[]) => lines.map((line, number) => ({ line, number }));
