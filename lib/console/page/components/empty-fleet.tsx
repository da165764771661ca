import { dialog } from '../state/dialogs.js';
import { hello } from '../state/store.js';

/** Nothing is declared: how to declare something. */
export const EmptyFleet = () => {
  const option = hello.value?.where === 'aws' ? ` --stack ${hello.value.stack}` : '';
  return (
    <div class="empty">
      <div class="picture large" aria-hidden="true">
        <span class="cell is-missing" />
        <span class="cell is-missing" />
        <span class="cell is-missing" />
      </div>
      <h1>Nothing is declared yet</h1>
      <p>
        Drop a config onto this page to see what it would do before anything happens, or commit one from a
        shell:
      </p>
      <pre class="code">holdfast group commit examples/quickstart.json{option}</pre>
      <button
        type="button"
        class="button main"
        onClick={() => {
          dialog.value = 'plan';
        }}
      >
        Plan a config
      </button>
    </div>
  );
};
