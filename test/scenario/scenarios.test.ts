import { describe, expect, it } from 'vitest';
import { planeTemplate } from '../support/scenario-template.js';
import { asking } from './stories/asking.js';
import { capacity } from './stories/capacity.js';
import { converging } from './stories/converge.js';
import { groups } from './stories/groups.js';
import { healing } from './stories/heal.js';
import { held } from './stories/held.js';
import { interleavings } from './stories/interleavings.js';
import { resting } from './stories/rest.js';
import { uploads } from './stories/uploads.js';

converging();
healing();
resting();
capacity();
interleavings();
groups();
held();
uploads();
asking();

describe('the synthesized policies', () => {
  it('they allow nothing that no scenario uses', () => {
    expect(planeTemplate('holdfast-a').evaluator.unusedActions()).toEqual([]);
  });
});
