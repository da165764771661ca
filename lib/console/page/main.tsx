import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './components/app.js';
import { connect } from './state/connection.js';
import { placeOf } from './state/place.js';
import { listenForShortcuts } from './state/shortcuts.js';
import { openCell, pageTitle, place } from './state/store.js';
import { applyTheme } from './state/theme.js';

const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no #root');

applyTheme();
listenForShortcuts();
addEventListener('hashchange', () => {
  // The skip link's `#main` is no other place.
  if (!location.hash.startsWith('#/')) return;
  place.value = placeOf(location.hash);
  openCell.value = undefined;
  scrollTo(0, 0);
});
connect();
effect(() => {
  document.title = pageTitle.value;
});
root.replaceChildren();
render(<App />, root);
