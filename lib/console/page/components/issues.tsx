import type { Answer } from '../../protocol.js';
import { Status } from './status.js';

type Failure = Extract<Answer, { ok: false }>['error'];

interface IssuesProps {
  readonly error: Failure;
  /** The document; the line of each mistake is shown from it. */
  readonly text: string;
}

/** Why a config was refused: every mistake with its place. */
export const Issues = ({ error: { message, issues }, text }: IssuesProps) => {
  const lines = text.split('\n');
  return (
    <section class="issues" role="alert">
      <Status
        sign="cross"
        tone="bad"
        word={issues.length === 0 ? message : `Refused: ${issues.length} to change`}
      />
      <ol>
        {issues.map(({ path, message: what, line, column }) => (
          <li key={`${path} ${what}`}>
            <p>
              {line === undefined ? null : (
                <span class="soft">
                  {line}:{column}{' '}
                </span>
              )}
              <code>{path || 'the document'}</code>
            </p>
            <p>{what}</p>
            {line === undefined ? null : <pre class="code">{lines[line - 1]?.trim()}</pre>}
          </li>
        ))}
      </ol>
    </section>
  );
};
